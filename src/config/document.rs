//! The plan written back as YAML: all keys, in fixed order, so that the same plan gives the same text.

use serde::{Serialize, Serializer};
use sha2::{Digest, Sha256};

use super::validate::Environment;
use crate::error::{Error, ErrorKind, Result};
use crate::plan::{
    Anomaly, AnomalyKind, Archetype, Attribute, Compression, Event, FourierTerm, Hours, LevelShift,
    LifecyclePlan, MetricPlan, Pattern, Plan, Sensitivity, Traits, Weighted,
};

/// Fills in the plan's YAML forms and their hash.
pub(super) fn complete(mut plan: Plan, environment: Environment) -> Result<Plan> {
    let data_generation = DataGeneration::of(&plan);
    let output = Output::of(&plan);
    let canonical = Canonical { data_generation: &data_generation, output: &output };
    let effective = Effective {
        general: General { env: environment.name() },
        data_generation: &data_generation,
        output: &output,
        storage: Storage::of(&plan),
    };
    let (canonical, effective) = (text(&canonical)?, text(&effective)?);
    plan.canonical_sha256 = Sha256::digest(&canonical).iter().map(|byte| format!("{byte:02x}")).collect();
    plan.canonical_yaml = canonical;
    plan.effective_yaml = effective;
    Ok(plan)
}

fn text(document: &impl Serialize) -> Result<String> {
    serde_yaml::to_string(document).map_err(|error| Error::new(ErrorKind::Internal, error.to_string()))
}

#[derive(Serialize)]
struct Canonical<'a> {
    data_generation: &'a DataGeneration<'a>,
    output: &'a Output,
}

#[derive(Serialize)]
struct Effective<'a> {
    general: General,
    data_generation: &'a DataGeneration<'a>,
    output: &'a Output,
    storage: Storage<'a>,
}

#[derive(Serialize)]
struct General {
    env: &'static str,
}

#[derive(Serialize)]
struct DataGeneration<'a> {
    num_servers: u32,
    start_date: String,
    end_date: String,
    granularity: &'static str,
    hours: HoursEntry,
    random_seed: u64,
    use_holidays: bool,
    holiday_calendar: &'static str,
    use_eoq_spikes: bool,
    eoq_window_business_days: u32,
    month_end_business_days: u32,
    events: Vec<EventEntry<'a>>,
    lifecycle: Lifecycle,
    metrics: Map<&'a str, Metric<'a>>,
    metadata: Metadata<'a>,
    realism: Realism<'a>,
    quality: Quality,
}

#[derive(Serialize)]
struct Metric<'a> {
    unit: &'a str,
    base_mean: Number,
    base_std: Number,
    min_clip: Number,
    max_clip: Number,
    seasonality_amplitude: Number,
    seasonality_terms: Vec<SeasonalityTerm>,
    weekly_pattern_factor: WeeklyPattern,
    eoq_spike_multiplier: Number,
    eoq_months: Vec<usize>,
    holiday_effect_multiplier: Number,
    growth_rate: Number,
    autocorrelation: Number,
    level_spread: Number,
    eoq_ramp: Number,
    year_end_factor: Number,
    month_end_multiplier: Number,
    post_holiday_multiplier: Number,
    growth_saturation_years: Number,
    level_shifts: Vec<LevelShiftEntry>,
    hours_amplitude: Number,
}

#[derive(Serialize)]
struct LevelShiftEntry {
    date: String,
    multiplier: Number,
}

#[derive(Serialize)]
struct EventEntry<'a> {
    name: &'a str,
    start: String,
    end: String,
    multiplier: Number,
    business_unit: Option<Vec<&'a str>>,
}

#[derive(Serialize)]
struct Lifecycle {
    commissioned_share: Number,
    decommissioned_share: Number,
    resized_share: Number,
    resize_ratios: Vec<Number>,
    migrated_share: Number,
}

#[derive(Serialize)]
struct SeasonalityTerm {
    period_days: Number,
    amplitude: Number,
    phase_days: Number,
}

#[derive(Serialize)]
#[serde(untagged)]
enum WeeklyPattern {
    Weekend(Number),
    Days(Vec<Number>),
}

#[derive(Serialize)]
#[serde(untagged)]
enum HoursEntry {
    Named(&'static str),
    Own(Vec<Number>),
}

#[derive(Serialize)]
struct Metadata<'a> {
    server_prefix: &'a str,
    server_id_width: usize,
    business_units: Map<&'a str, Number>,
    regions: Map<&'a str, Number>,
    criticality_levels: Map<&'a str, Number>,
    effects: Map<&'static str, Map<&'a str, Map<&'a str, Number>>>,
    archetypes: Map<&'a str, ArchetypeEntry<'a>>,
    sensitivities: Map<&'a str, Map<&'static str, Number>>,
}

#[derive(Serialize)]
struct ArchetypeEntry<'a> {
    weight: Number,
    hours: HoursEntry,
    correlations: Map<&'a str, Map<&'a str, Number>>,
    metrics: Map<&'a str, TraitsEntry>,
}

#[derive(Serialize)]
struct TraitsEntry {
    level: Number,
    spread: Number,
    weekend: Option<Number>,
    growth: Number,
    outliers: Number,
}

#[derive(Serialize)]
struct Realism<'a> {
    server_bias: Number,
    missing_rate: Number,
    missing_burst_mean: Number,
    outlier_rate: Number,
    outlier_multiplier: Number,
    correlations: Map<&'a str, Map<&'a str, Number>>,
    sensitivity_spread: Number,
    no_weekly_share: Number,
    business_unit_shock: Number,
    region_shock: Number,
    shock_autocorrelation: Number,
    gaps: Gaps,
    anomalies: Map<&'static str, AnomalyEntry>,
}

#[derive(Serialize)]
struct Gaps {
    independent_share: Number,
    outage_share: Number,
    outage_mean: Number,
    load_share: Number,
}

#[derive(Serialize)]
struct AnomalyEntry {
    rate: Number,
    size: Number,
    mean_days: Number,
}

#[derive(Serialize)]
struct Quality {
    max_missing_pct: Number,
    row_count_tolerance: u64,
    panel_servers: u32,
    min_history_days: u64,
}

#[derive(Serialize)]
struct Output {
    decimals: Option<u32>,
    compression: &'static str,
    calendar_flags: bool,
    archetype_column: bool,
    csv_escape_formulas: bool,
    sample_rows: usize,
    truth: bool,
    daily_p95: bool,
}

#[derive(Serialize)]
struct Storage<'a> {
    use_s3: bool,
    bucket_name: &'a str,
    raw_prefix: &'a str,
    local_base_path: &'a str,
}

/// A mapping that keeps its order.
struct Map<K, V>(Vec<(K, V)>);

impl<K: Serialize, V: Serialize> Serialize for Map<K, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

/// A number, written without `.0` where it is whole.
struct Number(f64);

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.fract() == 0.0 && self.0.abs() < 1e15 {
            serializer.serialize_i64(self.0 as i64)
        } else {
            serializer.serialize_f64(self.0)
        }
    }
}

impl<'a> DataGeneration<'a> {
    fn of(plan: &'a Plan) -> Self {
        let metrics = plan.metrics.iter().map(|metric| (metric.name.as_str(), Metric::of(metric)));
        Self {
            num_servers: plan.fleet.num_servers,
            start_date: plan.start.to_string(),
            end_date: plan.end.to_string(),
            granularity: plan.granularity.name(),
            hours: HoursEntry::of(&plan.fleet.hours),
            random_seed: plan.seed,
            use_holidays: plan.calendar.use_holidays,
            holiday_calendar: plan.calendar.holidays.name(),
            use_eoq_spikes: plan.calendar.use_eoq_spikes,
            eoq_window_business_days: plan.calendar.eoq_window_business_days,
            month_end_business_days: plan.calendar.month_end_business_days,
            events: plan.calendar.events.iter().map(|event| EventEntry::of(event, plan)).collect(),
            lifecycle: Lifecycle::of(&plan.lifecycle),
            metrics: Map(metrics.collect()),
            metadata: Metadata {
                server_prefix: &plan.fleet.server_prefix,
                server_id_width: plan.fleet.server_id_width,
                business_units: weights(&plan.fleet.business_units),
                regions: weights(&plan.fleet.regions),
                criticality_levels: weights(&plan.fleet.criticality_levels),
                effects: effects(plan),
                archetypes: Map(plan
                    .fleet
                    .archetypes
                    .iter()
                    .map(|kind| (kind.name.as_str(), ArchetypeEntry::of(kind, plan)))
                    .collect()),
                sensitivities: sensitivities(plan),
            },
            realism: Realism {
                server_bias: Number(plan.realism.server_bias),
                missing_rate: Number(plan.realism.missing_rate),
                missing_burst_mean: Number(plan.realism.missing_burst_mean),
                outlier_rate: Number(plan.realism.outlier_rate),
                outlier_multiplier: Number(plan.realism.outlier_multiplier),
                correlations: correlations(plan),
                sensitivity_spread: Number(plan.realism.variety.sensitivity_spread),
                no_weekly_share: Number(plan.realism.variety.no_weekly_share),
                business_unit_shock: Number(plan.realism.variety.business_unit_shock),
                region_shock: Number(plan.realism.variety.region_shock),
                shock_autocorrelation: Number(plan.realism.variety.shock_autocorrelation),
                gaps: Gaps {
                    independent_share: Number(plan.realism.gaps.independent_share),
                    outage_share: Number(plan.realism.gaps.outage_share),
                    outage_mean: Number(plan.realism.gaps.outage_mean),
                    load_share: Number(plan.realism.gaps.load_share),
                },
                anomalies: Map(AnomalyKind::ALL
                    .into_iter()
                    .zip(plan.realism.anomalies)
                    .map(|(kind, anomaly)| (kind.name(), AnomalyEntry::of(anomaly)))
                    .collect()),
            },
            quality: Quality {
                max_missing_pct: Number(plan.quality.max_missing_pct),
                row_count_tolerance: plan.quality.row_count_tolerance,
                panel_servers: plan.quality.panel_servers,
                min_history_days: plan.quality.min_history_days,
            },
        }
    }
}

impl HoursEntry {
    fn of(hours: &Hours) -> Self {
        match hours {
            Hours::Own(load) => Self::Own(load.iter().copied().map(Number).collect()),
            named => {
                let mut names = Hours::NAMED.iter();
                Self::Named(names.find(|(_, other)| other == named).map_or("business", |(name, _)| name))
            }
        }
    }
}

impl Lifecycle {
    fn of(plan: &LifecyclePlan) -> Self {
        Self {
            commissioned_share: Number(plan.commissioned_share),
            decommissioned_share: Number(plan.decommissioned_share),
            resized_share: Number(plan.resized_share),
            resize_ratios: plan.resize_ratios.iter().copied().map(Number).collect(),
            migrated_share: Number(plan.migrated_share),
        }
    }
}

impl<'a> Metric<'a> {
    fn of(metric: &'a MetricPlan) -> Self {
        Self {
            unit: &metric.unit,
            base_mean: Number(metric.base_mean),
            base_std: Number(metric.base_std),
            min_clip: Number(metric.min_clip),
            max_clip: Number(metric.max_clip),
            seasonality_amplitude: Number(metric.seasonality_amplitude),
            seasonality_terms: metric.seasonality_terms.iter().map(SeasonalityTerm::of).collect(),
            weekly_pattern_factor: WeeklyPattern::of(&metric.weekly_pattern),
            eoq_spike_multiplier: Number(metric.eoq_spike_multiplier),
            eoq_months: (1..=12).filter(|month| metric.eoq_months[month - 1]).collect(),
            holiday_effect_multiplier: Number(metric.holiday_effect_multiplier),
            growth_rate: Number(metric.growth_rate),
            autocorrelation: Number(metric.autocorrelation),
            level_spread: Number(metric.level_spread),
            eoq_ramp: Number(metric.eoq_ramp),
            year_end_factor: Number(metric.year_end_factor),
            month_end_multiplier: Number(metric.month_end_multiplier),
            post_holiday_multiplier: Number(metric.post_holiday_multiplier),
            growth_saturation_years: Number(metric.growth_saturation_years),
            level_shifts: metric.level_shifts.iter().map(LevelShiftEntry::of).collect(),
            hours_amplitude: Number(metric.hours_amplitude),
        }
    }
}

impl LevelShiftEntry {
    fn of(shift: &LevelShift) -> Self {
        Self { date: shift.date.to_string(), multiplier: Number(shift.multiplier) }
    }
}

impl<'a> EventEntry<'a> {
    fn of(event: &'a Event, plan: &'a Plan) -> Self {
        let units = &plan.fleet.business_units;
        let names = |units_of: &Vec<usize>| units_of.iter().map(|&unit| units[unit].0.as_str()).collect();
        Self {
            name: &event.name,
            start: event.start.to_string(),
            end: event.end.to_string(),
            multiplier: Number(event.multiplier),
            business_unit: event.business_units.as_ref().map(names),
        }
    }
}

impl<'a> ArchetypeEntry<'a> {
    fn of(kind: &'a Archetype, plan: &'a Plan) -> Self {
        let names = plan.metrics.iter().map(|metric| metric.name.as_str());
        let metrics = names.zip(&kind.traits).map(|(name, traits)| (name, TraitsEntry::of(traits)));
        Self {
            weight: Number(kind.weight),
            hours: HoursEntry::of(&kind.hours),
            correlations: kind_correlations(plan, kind),
            metrics: Map(metrics.collect()),
        }
    }
}

impl TraitsEntry {
    fn of(traits: &Traits) -> Self {
        Self {
            level: Number(traits.level),
            spread: Number(traits.spread),
            weekend: traits.weekend.map(Number),
            growth: Number(traits.growth),
            outliers: Number(traits.outliers),
        }
    }
}

impl AnomalyEntry {
    fn of(anomaly: Anomaly) -> Self {
        Self { rate: Number(anomaly.rate), size: Number(anomaly.size), mean_days: Number(anomaly.mean_days) }
    }
}

impl SeasonalityTerm {
    fn of(term: &FourierTerm) -> Self {
        Self {
            period_days: Number(term.period_days),
            amplitude: Number(term.amplitude),
            phase_days: Number(term.phase_days),
        }
    }
}

impl WeeklyPattern {
    fn of(pattern: &[f64; 7]) -> Self {
        match pattern {
            [1.0, 1.0, 1.0, 1.0, 1.0, saturday, sunday] if saturday == sunday => {
                Self::Weekend(Number(*saturday))
            }
            days => Self::Days(days.iter().copied().map(Number).collect()),
        }
    }
}

impl Output {
    fn of(plan: &Plan) -> Self {
        Self {
            decimals: plan.output.decimals,
            compression: match plan.output.compression {
                Compression::None => "none",
                Compression::Snappy => "snappy",
            },
            calendar_flags: plan.output.calendar_flags,
            archetype_column: plan.output.archetype_column,
            csv_escape_formulas: plan.output.csv_escape_formulas,
            sample_rows: plan.output.sample_rows,
            truth: plan.output.truth,
            daily_p95: plan.output.daily_p95,
        }
    }
}

impl<'a> Storage<'a> {
    fn of(plan: &'a Plan) -> Self {
        Self {
            use_s3: plan.storage.use_s3,
            bucket_name: &plan.storage.bucket_name,
            raw_prefix: &plan.storage.raw_prefix,
            local_base_path: &plan.storage.local_base_path,
        }
    }
}

fn weights(values: &[Weighted]) -> Map<&str, Number> {
    Map(values.iter().map(|(name, weight)| (name.as_str(), Number(*weight))).collect())
}

/// Attribute, value, metric: those that have an effect, in the plan's order.
fn effects(plan: &Plan) -> Map<&'static str, Map<&str, Map<&str, Number>>> {
    let of_value = |attribute: Attribute, value: usize| {
        let metrics = plan.metrics.iter().flat_map(|metric| {
            let own = metric.effects.iter().filter(move |e| e.attribute == attribute && e.value == value);
            own.map(|effect| (metric.name.as_str(), Number(effect.multiplier)))
        });
        Map(metrics.collect())
    };
    let of_attribute = |attribute: Attribute| {
        let values = plan.fleet.values(attribute).iter().enumerate();
        let values = values.map(|(index, (name, _))| (name.as_str(), of_value(attribute, index)));
        Map(values.filter(|(_, metrics)| !metrics.0.is_empty()).collect::<Vec<_>>())
    };
    let attributes = Attribute::ALL.map(|attribute| (attribute.name(), of_attribute(attribute)));
    Map(attributes.into_iter().filter(|(_, values)| !values.0.is_empty()).collect())
}

/// The business units that do not feel the patterns as configured.
fn sensitivities(plan: &Plan) -> Map<&str, Map<&'static str, Number>> {
    let units = plan.fleet.business_units.iter().zip(&plan.fleet.sensitivities);
    let special = units.filter(|(_, sensitivity)| **sensitivity != Sensitivity::NEUTRAL);
    let entry = |sensitivity: &Sensitivity| {
        Map(Pattern::ALL.map(|pattern| (pattern.name(), Number(sensitivity.to(pattern)))).into())
    };
    Map(special.map(|((name, _), sensitivity)| (name.as_str(), entry(sensitivity))).collect())
}

/// Each correlated pair once.
fn correlations(plan: &Plan) -> Map<&str, Map<&str, Number>> {
    let Some(matrix) = &plan.correlations else { return Map(Vec::new()) };
    pairs(plan, |i, j| Some(matrix[i][j]).filter(|correlation| *correlation != 0.0))
}

/// What a kind of servers has of its own: where it differs from the fleet.
fn kind_correlations<'a>(plan: &'a Plan, kind: &Archetype) -> Map<&'a str, Map<&'a str, Number>> {
    let own = |i: usize, j: usize| {
        let matrix = kind.correlations.as_ref()?;
        Some(matrix[i][j]).filter(|correlation| *correlation != plan.correlation(None, i, j))
    };
    pairs(plan, own)
}

/// The pairs of metrics that have a value.
fn pairs(plan: &Plan, of: impl Fn(usize, usize) -> Option<f64>) -> Map<&str, Map<&str, Number>> {
    let name = |index: usize| plan.metrics[index].name.as_str();
    let of_row = |i: usize| {
        let later = (i + 1..plan.metrics.len()).filter_map(|j| Some((name(j), Number(of(i, j)?))));
        Map(later.collect::<Vec<_>>())
    };
    let rows = (0..plan.metrics.len()).map(|i| (name(i), of_row(i)));
    Map(rows.filter(|(_, row)| !row.0.is_empty()).collect())
}
