//! A pinned run A laid over the shown one, B: in each chart that can show both, and in none other.

use super::*;

const PINNED: RGBColor = Palette::LIGHT.pinned;

/// The charts that lay a pinned run over the shown one, with the series that hides it.
const OVERLAID: [(ChartKind, &str); 6] = [
    (ChartKind::OverTime, "fleet-pinned"),
    (ChartKind::Quarters, "quarters-pinned"),
    (ChartKind::Distribution, "distribution-pinned"),
    (ChartKind::Weekly, "weekly-pinned"),
    (ChartKind::Monthly, "monthly-pinned"),
    (ChartKind::Missing, "missing-pinned"),
];

/// A world whose means are so much higher, and whose values are so many bins higher.
fn raised(start: &str, end: &str, by: usize) -> World {
    let mut world = World::new(start, end);
    let metric = world.metric();
    let more = |mean: &mut f64| *mean += by as f64;
    metric.mean.iter_mut().for_each(more);
    metric.weekday_mean.iter_mut().for_each(more);
    metric.month_mean.iter_mut().for_each(more);
    metric.quarters.iter_mut().for_each(|quarter| quarter.means.iter_mut().for_each(more));
    metric.histogram.rotate_right(by);
    world
}

/// B beside A.
struct Two<'w> {
    shown: &'w World,
    pinned: &'w World,
}

impl Two<'_> {
    fn input(&self) -> ChartInput<'_> {
        ChartInput { pinned: Some(self.pinned.pinned()), ..self.shown.input() }
    }

    fn draw(&self, kind: ChartKind, size: (u32, u32)) -> Svg {
        Svg::of(kind, &self.input(), size, Style::document(Theme::Light))
    }

    fn told(&self, kind: ChartKind, column: usize) -> String {
        let style = Style::canvas(Theme::Light, 1.0);
        read_out(kind, &self.input(), WIDE, &style, Spot { column, row: 0 })
            .expect("there is room")
            .sentence()
    }

    fn rows(&self, kind: ChartKind) -> Vec<String> {
        let table = table(kind, &self.input());
        std::iter::once(table.headers).chain(table.rows).map(|row| row.join("|")).collect()
    }

    fn csv(&self, kind: ChartKind) -> Vec<String> {
        let csv = String::from_utf8(csv(kind, &self.input()).unwrap()).unwrap();
        csv.lines().map(str::to_owned).collect()
    }
}

#[test]
fn a_pinned_run_is_drawn_beside_the_shown_one_and_can_be_hidden() {
    let (mut shown, pinned) =
        (World::new("2021-07-01", "2021-12-31"), raised("2021-07-01", "2021-12-31", 30));
    for (kind, series) in OVERLAID {
        let before = shown.draw(kind, WIDE);
        let two = Two { shown: &shown, pinned: &pinned };
        let svg = two.draw(kind, WIDE);
        assert!(svg.texts().contains(&"A (pinned)"), "{kind:?}: {:?}", svg.texts());
        assert!(svg.texts().iter().any(|text| text.starts_with("B (now), ")), "{kind:?}: {:?}", svg.texts());
        assert!(svg.count("polyline", PINNED) > 2, "{kind:?}");
        for size in [WIDE, NARROW] {
            two.draw(kind, size).assert_sound(size);
        }

        shown.view.toggle(series);
        let hidden = Two { shown: &shown, pinned: &pinned }.draw(kind, WIDE);
        assert_eq!(hidden.count("polyline", PINNED), 0, "{kind:?}");
        let numbers = |svg: &Svg| -> Vec<String> {
            let is_number = |text: &&&str| text.parse::<f64>().is_ok();
            svg.texts().iter().filter(is_number).map(|text| (*text).to_owned()).collect()
        };
        assert_eq!(numbers(&hidden), numbers(&before), "{kind:?}: the axes fit what is left");
        let told = Two { shown: &shown, pinned: &pinned }.told(kind, 0);
        assert!(!told.contains("A (pinned)") && !told.contains("B\u{a0}\u{2212}\u{a0}A"), "{told}");
    }
    for kind in [ChartKind::Server, ChartKind::Risk, ChartKind::Correlation, ChartKind::Heat, ChartKind::Gaps]
    {
        let two = Two { shown: &shown, pinned: &pinned };
        assert_eq!(two.draw(kind, WIDE).0, shown.draw(kind, WIDE).0, "{kind:?} has no meaning for two");
    }
}

#[test]
fn the_axis_reaches_as_far_as_the_pinned_run() {
    let (shown, pinned) = (World::new("2022-01-03", "2022-03-31"), raised("2022-01-03", "2022-03-31", 35));
    let two = Two { shown: &shown, pinned: &pinned };
    let highest = |svg: Svg| svg.texts().iter().filter_map(|text| text.parse().ok()).fold(0.0, f64::max);
    // The means are 95 on weekdays, where P95 of the shown run is 70; and 85 to 96 by month beside 50 to 61.
    for (kind, alone, both) in [(ChartKind::OverTime, 70.0, 80.0), (ChartKind::Monthly, 65.0, 80.0)] {
        assert!(highest(shown.draw(kind, WIDE)) <= alone, "{kind:?}");
        assert!(highest(two.draw(kind, WIDE)) >= both, "{kind:?}");
    }
    // Values of 75 and 95 beside those of 40 and 60.
    assert!(!shown.draw(ChartKind::Distribution, WIDE).texts().contains(&"90"));
    assert!(two.draw(ChartKind::Distribution, WIDE).texts().contains(&"90"));
}

#[test]
fn a_read_out_has_the_pinned_value_and_the_difference() {
    let (shown, mut pinned) = (World::new("2021-07-01", "2021-12-31"), raised("2021-07-01", "2021-12-31", 4));
    (0..7).for_each(|day| pinned.metric().missing[day] = 0.02);
    let two = Two { shown: &shown, pinned: &pinned };
    let told = [
        (
            ChartKind::OverTime,
            1,
            "Fri 2 Jul 2021: B (now), fleet mean 60.0%, A (pinned) 64.0%, P5\u{2013}P95 of servers 50.0% to 70.0%; \
             B\u{a0}\u{2212}\u{a0}A: -4.00 points.",
        ),
        (
            ChartKind::Weekly,
            1,
            "Tuesday: B (now), mean 61.0%, A (pinned) 65.0%; B\u{a0}\u{2212}\u{a0}A: -4.00 points.",
        ),
        (
            ChartKind::Monthly,
            11,
            "December: B (now), mean 61.0%, A (pinned) 65.0%; B\u{a0}\u{2212}\u{a0}A: -4.00 points; Month with a quarter-end \
             window.",
        ),
        (
            ChartKind::Quarters,
            61,
            "Last business day of the quarter: B (now), mean of 2 quarters 75.0%, A (pinned) 79.0%, Q4 2021 80.0%; \
             B\u{a0}\u{2212}\u{a0}A: -4.00 points.",
        ),
        (
            ChartKind::Missing,
            0,
            "Week of 1 Jul 2021: B (now), missing per week 0%, A (pinned) 2.00%; B\u{a0}\u{2212}\u{a0}A: -2.00 points.",
        ),
    ];
    for (kind, column, expected) in told {
        assert_eq!(two.told(kind, column), expected);
    }
    // The bins of B: its values are 40 and 60, those of A 44 and 64.
    let bars: Vec<String> = (0..13).map(|bin| two.told(ChartKind::Distribution, bin)).collect();
    let expected = "44.0% to 46.0%: B (now), share of values 0%, A (pinned) 25.0%; B\u{a0}\u{2212}\u{a0}A: -25.0 points; no values.";
    assert_eq!(bars[2], expected);
    assert!(
        bars[10]
            .contains("B (now), share of values 75.0%, A (pinned) 0%; B\u{a0}\u{2212}\u{a0}A: +75.0 points"),
        "{}",
        bars[10]
    );
    assert!(
        bars[12].starts_with("64.0% to 66.0%: B (now), share of values 0%, A (pinned) 75.0%"),
        "{}",
        bars[12]
    );
}

#[test]
fn a_pinned_run_in_other_units_or_without_the_metric_is_not_drawn_and_that_is_said() {
    let (shown, mut pinned) = (World::new("2022-01-03", "2022-04-02"), raised("2022-01-03", "2022-04-02", 4));
    pinned.plan.metrics[0].unit = "cores".to_owned();
    let check = |pinned: &World| {
        let two = Two { shown: &shown, pinned };
        for (kind, _) in OVERLAID {
            assert_eq!(two.draw(kind, WIDE).0, shown.draw(kind, WIDE).0, "{kind:?}");
            assert_eq!(two.told(kind, 2), shown.told(kind, 2));
            assert_eq!(two.rows(kind), shown.rows(kind));
            assert_eq!(
                describe(kind, &two.input()),
                format!("{} A (pinned) is not drawn: it has no CPU P95 in this unit.", shown.describe(kind))
            );
        }
    };
    check(&pinned);
    pinned.plan.metrics[0].unit = "%".to_owned();
    pinned.plan.metrics[0].name = "mem_p95".to_owned();
    check(&pinned);
}

#[test]
fn a_pinned_run_without_values_is_told_but_has_nothing_to_draw() {
    let (shown, mut pinned) =
        (World::new("2021-07-01", "2021-12-31"), World::new("2021-07-01", "2021-12-31"));
    EDGES[3].1(&mut pinned);
    pinned.metric().quarters.clear();
    let two = Two { shown: &shown, pinned: &pinned };
    for (kind, _) in OVERLAID.into_iter().filter(|(kind, _)| *kind != ChartKind::Missing) {
        // The entry in the legend is all that there is.
        assert_eq!(two.draw(kind, WIDE).count("polyline", PINNED), 2, "{kind:?}");
        assert!(two.told(kind, 3).contains("A (pinned) no value"), "{}", two.told(kind, 3));
        assert!(describe(kind, &two.input()).ends_with(" A (pinned) has no value to compare with."));
        let table = table(kind, &two.input());
        assert!(
            table
                .rows
                .iter()
                .all(|row| row.len() == table.headers.len() && row.ends_with(&["".into(), "".into()]))
        );
    }
    assert!(two.told(ChartKind::Missing, 3).contains("A (pinned) 100%; B\u{a0}\u{2212}\u{a0}A: -100 points"));
}

#[test]
fn the_pinned_metric_is_found_by_its_name() {
    let (shown, mut pinned) = (World::new("2022-01-03", "2022-04-02"), raised("2022-01-03", "2022-04-02", 4));
    pinned
        .plan
        .metrics
        .insert(0, MetricPlan { name: "mem_p95".to_owned(), ..pinned.plan.metrics[0].clone() });
    pinned.profile.metrics.insert(0, raised("2022-01-03", "2022-04-02", 20).profile.metrics[0].clone());
    let told = Two { shown: &shown, pinned: &pinned }.told(ChartKind::Weekly, 0);
    assert_eq!(told, "Monday: B (now), mean 60.0%, A (pinned) 64.0%; B\u{a0}\u{2212}\u{a0}A: -4.00 points.");
}

#[test]
fn days_are_matched_by_their_date() {
    // Four weeks, of which the pinned run has the last two and eight more days.
    let shown = World::new("2022-01-03", "2022-01-30");
    let mut pinned = raised("2022-01-17", "2022-02-07", 0);
    (0..22).for_each(|day| pinned.metric().mean[day] = day as f64);
    let two = Two { shown: &shown, pinned: &pinned };
    let before = two.told(ChartKind::OverTime, 13);
    assert!(
        before.contains("A (pinned) no value,") && !before.contains("B\u{a0}\u{2212}\u{a0}A"),
        "{before}"
    );
    let first = two.told(ChartKind::OverTime, 14);
    assert!(
        first.starts_with("Mon 17 Jan 2022: B (now), fleet mean 60.0%, A (pinned) 0%, ")
            && first.contains("; B\u{a0}\u{2212}\u{a0}A: +60.0 points"),
        "{first}"
    );
    assert!(two.told(ChartKind::OverTime, 27).contains("A (pinned) 13.0%"));
    // 0 to 13 are 6.5 in the mean; of the shown run these days have ten of 60 and four of 40.
    let told = describe(ChartKind::OverTime, &two.input());
    assert!(
        told.ends_with(
            " On the 14 days of both runs, the mean of A (pinned) is 6.50%: B\u{a0}\u{2212}\u{a0}A is +47.8 points."
        ),
        "{told}"
    );
    assert_eq!(
        two.csv(ChartKind::OverTime)[0].split(',').skip(5).collect::<Vec<_>>(),
        ["cpu_p95_mean_pinned", "cpu_p95_mean_difference"]
    );
    assert!(two.csv(ChartKind::OverTime)[14].ends_with(",0,,"));
    assert!(two.csv(ChartKind::OverTime)[16].starts_with("2022-01-18,60,50,70,0,1,59"));

    let later = World::new("2023-01-01", "2023-01-31");
    let told = describe(ChartKind::OverTime, &Two { shown: &shown, pinned: &later }.input());
    assert!(told.ends_with(" A (pinned) has no value to compare with."), "{told}");
}

#[test]
fn time_bins_of_other_lengths_lie_over_each_other() {
    // Bins of 4 days beside those of one.
    let (long, short) = (World::new("2005-01-01", "2024-12-31"), raised("2020-01-01", "2020-12-31", 0));
    assert_eq!((long.profile.days_per_bin, short.profile.days_per_bin), (4, 1));
    let two = Two { shown: &short, pinned: &long };
    // Days 5,476 to 5,479 of the long run, of which the first begins a week later: a Saturday.
    let bin = |day: usize| long.profile.metrics[0].mean[(5478 + day) / 4];
    for day in [0, 1, 2, 5, 6, 100] {
        let told = two.told(ChartKind::OverTime, day);
        assert!(told.contains(&format!("A (pinned) {:.1}%", bin(day))), "{day}: {told}");
    }
    // The other way round, a bin of the shown run has the mean of four days of the pinned one.
    let two = Two { shown: &long, pinned: &short };
    let csv = two.csv(ChartKind::OverTime);
    let of = |date: &str| {
        csv.iter().find(|row| row.starts_with(date)).unwrap().split(',').nth(5).unwrap().to_owned()
    };
    assert_eq!(of("2019-12-26"), "");
    // From Wednesday 1 January on: the shown bin begins two days before.
    assert_eq!(of("2019-12-30"), "60");
    assert_eq!(of("2020-01-03"), "50", "Friday to Monday");
}

#[test]
fn tables_have_columns_of_the_pinned_run() {
    let (shown, mut pinned) = (World::new("2021-07-01", "2021-12-31"), raised("2021-07-01", "2021-12-31", 4));
    pinned.metric().quarters.remove(1);
    let two = Two { shown: &shown, pinned: &pinned };
    assert_eq!(
        two.rows(ChartKind::OverTime)[..2],
        [
            "Week of|Mean, %|P5, %|P95, %|A (pinned), mean, %|B\u{a0}\u{2212}\u{a0}A, points",
            "1 Jul 2021|50.0|40.0|60.0|54.0|-4.00"
        ]
    );
    assert_eq!(
        two.rows(ChartKind::Weekly)[..2],
        [
            "Weekday|Mean, %|Weekend|A (pinned), mean, %|B\u{a0}\u{2212}\u{a0}A, points",
            "Monday|60.0|no|64.0|-4.00"
        ]
    );
    assert_eq!(two.rows(ChartKind::Monthly)[12], "December|61.0|yes|65.0|-4.00");
    // Quarters are matched, too: A has no fourth one.
    assert_eq!(
        two.rows(ChartKind::Quarters),
        [
            "Quarter|Days before, %|Last 7 business days, %|Lift, %|A (pinned), last 7 business days, %|\
             B\u{a0}\u{2212}\u{a0}A, points",
            "Q3 2021|50.0|70.0|40.0|74.0|-4.00",
            "Q4 2021|50.0|80.0|60.0||"
        ]
    );
    assert_eq!(
        two.rows(ChartKind::Missing)[..2],
        ["Week of|Missing, %|A (pinned), missing, %|B\u{a0}\u{2212}\u{a0}A, points", "1 Jul 2021|0|0|0"]
    );
    let distribution = two.rows(ChartKind::Distribution);
    assert_eq!(
        [&distribution[0], &distribution[1], &distribution[5], &distribution[25]],
        [
            "From, %|To, %|Values|Share, %|A (pinned), share, %|B\u{a0}\u{2212}\u{a0}A, points",
            "40.0|41.0|200|25.0|0|+25.0",
            "44.0|45.0|0|0|25.0|-25.0",
            "64.0|65.0|0|0|75.0|-75.0"
        ]
    );

    let heads = [
        (
            ChartKind::Weekly,
            "weekday,cpu_p95_mean,cpu_p95_mean_pinned,cpu_p95_mean_difference",
            "Monday,60,64,-4",
        ),
        (
            ChartKind::Monthly,
            "month,cpu_p95_mean,cpu_p95_mean_pinned,cpu_p95_mean_difference",
            "January,50,54,-4",
        ),
        (
            ChartKind::Distribution,
            "cpu_p95_from,cpu_p95_to,cpu_p95_values,cpu_p95_share_pinned,cpu_p95_share_difference",
            "40,41,200,0,0.25",
        ),
        (
            ChartKind::Missing,
            "date,cpu_p95_missing_share,cpu_p95_missing_share_pinned,cpu_p95_missing_share_difference",
            "2021-07-01,0,0,0",
        ),
        (
            ChartKind::Quarters,
            "year,quarter,business_day_from_end,cpu_p95_mean,cpu_p95_mean_pinned,cpu_p95_mean_difference",
            "2021,3,62,50,54,-4",
        ),
    ];
    for (kind, head, first) in heads {
        assert_eq!(two.csv(kind)[..2], [head, first]);
    }
}

#[test]
fn the_sentence_says_how_the_means_differ() {
    let (shown, pinned) = (World::new("2021-07-01", "2021-12-31"), raised("2021-07-01", "2021-12-31", 4));
    let two = Two { shown: &shown, pinned: &pinned };
    let mean = " The mean of A (pinned) is 58.3%: B\u{a0}\u{2212}\u{a0}A is -4.00 points.";
    let expected = [
        (ChartKind::OverTime, mean),
        (ChartKind::Distribution, mean),
        (ChartKind::Weekly, mean),
        (ChartKind::Monthly, mean),
        (
            ChartKind::Quarters,
            " On the last 7 business days the mean of A (pinned) is 79.0%: B\u{a0}\u{2212}\u{a0}A is -4.00 points.",
        ),
        (
            ChartKind::Missing,
            " The share of missing values of A (pinned) is 0%: B\u{a0}\u{2212}\u{a0}A is 0 points.",
        ),
    ];
    for (kind, added) in expected {
        assert_eq!(describe(kind, &two.input()), format!("{}{added}", shown.describe(kind)));
    }
}

#[test]
fn the_fleet_by_group_stays_as_it_is() {
    let (mut shown, pinned) = (World::new("2022-01-01", "2022-06-30"), raised("2022-01-01", "2022-06-30", 4));
    shown.view.grouping = Some(Facet::Criticality);
    let two = Two { shown: &shown, pinned: &pinned };
    assert_eq!(two.draw(ChartKind::OverTime, WIDE).0, shown.draw(ChartKind::OverTime, WIDE).0);
    assert_eq!(describe(ChartKind::OverTime, &two.input()), shown.describe(ChartKind::OverTime));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_two_runs_draw_well(
        starts in (0..3000_i64, 0..3000_i64),
        lengths in (1..5000_i64, 1..5000_i64),
        numbers in prop::collection::vec(number(), 1..200),
        counts in prop::collection::vec(0..1_000_000_u64, 1..300),
        clips in (-1e9..1e9, 1e-9..1e12),
        missing in 0.0..=1.0,
        (width, height) in (1_u32..2400, 1_u32..900),
        look in (0..5000_usize, 0..5000_usize),
    ) {
        let run = |start: i64, length: i64| {
            let first = date("1990-01-01") + chrono::Days::new(start as u64);
            World::new(&first.to_string(), &(first + chrono::Days::new(length as u64 - 1)).to_string())
        };
        let (mut shown, mut pinned) = (run(starts.0, lengths.0), run(starts.1, lengths.1));
        let mut next = numbers.iter().copied().cycle();
        let mut next = || next.next().expect("a cycle has no end");
        let metric = pinned.metric();
        for bin in 0..metric.mean.len() {
            (metric.mean[bin], metric.missing[bin]) = (next(), missing);
        }
        metric.histogram = counts;
        metric.weekday_mean = [0; 7].map(|_| next());
        metric.month_mean = [0; 12].map(|_| next());
        metric.quarters.iter_mut().for_each(|quarter| quarter.means.truncate(lengths.1 as usize % 70));
        pinned.plan.metrics[0].min_clip = clips.0;
        pinned.plan.metrics[0].max_clip = clips.0 + clips.1;
        shown.view.show(look.0, look.1);
        let two = Two { shown: &shown, pinned: &pinned };
        for (kind, _) in OVERLAID {
            two.draw(kind, (width, height)).assert_sound((width, height));
            let style = Style::document(Theme::Light);
            let at = (f64::from(width) / 2.0, 0.0);
            let spot = spot_at(kind, &two.input(), (width, height), &style, at);
            if let Some(out) = spot.and_then(|spot| read_out(kind, &two.input(), (width, height), &style, spot)) {
                prop_assert!(!out.sentence().contains("NaN") && !out.sentence().contains("inf"), "{:?}", out);
            }
            let told = describe(kind, &two.input());
            prop_assert!(!told.contains("NaN") && !told.contains("inf") && told.ends_with('.'), "{}", told);
            let table = table(kind, &two.input());
            prop_assert!(table.rows.len() <= MAX_TABLE_ROWS);
            prop_assert!(table.rows.iter().all(|row| row.len() == table.headers.len()));
            prop_assert!(table.rows.iter().flatten().all(|cell| !cell.contains("NaN") && !cell.contains("inf")));
            let csv = two.csv(kind);
            prop_assert!(csv.iter().all(|row| row.split(',').count() == csv[0].split(',').count()));
        }
    }
}
