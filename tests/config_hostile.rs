//! Promise: hostile text is refused in bounded time, well under a second each.
#![cfg(not(target_arch = "wasm32"))]
#![expect(clippy::print_stderr, reason = "the measured times are worth seeing")]

use std::time::{Duration, Instant};

use fleetsynth::config;

/// Generous, for slow machines; a quick one takes a twentieth of it.
const BOUND: Duration = Duration::from_secs(2);
/// The longest text that is read.
const LONGEST: usize = 256 * 1024;

/// What is told of `text`, in time.
fn told(name: &str, text: &str) -> String {
    let start = Instant::now();
    let error = config::plan(text, &[]).expect_err(name);
    let _ = config::form(text);
    let _ = config::set_value(text, "data_generation.num_servers", "1");
    let time = start.elapsed();
    eprintln!("{name}: {time:?}");
    assert!(time < BOUND, "{name}: {time:?}");
    assert!(error.problems().len() <= 102, "{name}: {} problems", error.problems().len());
    error.to_string()
}

fn filled(piece: &str) -> String {
    piece.repeat(LONGEST / piece.len())
}

fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).map(line).collect()
}

#[test]
fn deep_nesting_is_refused() {
    let steps = lines(600, |i| format!("{}a:\n", " ".repeat(i)));
    for (name, text) in [
        ("200,000 brackets", "[".repeat(200_000)),
        ("braces", filled("{a: ")),
        ("pairs in brackets", filled("[a: ")),
        ("dashes", filled("- ")),
        ("question marks", filled("? ")),
        ("indentation", steps),
        ("33 brackets", format!("{}{}", "[".repeat(33), "]".repeat(33))),
    ] {
        let told = told(name, &text);
        let marks = told.contains("commas, colons and brackets");
        assert!(marks || told.contains("more than 32 deep"), "{name}: {told}");
    }
    let deepest = format!("x: {}{}\n", "[".repeat(31), "]".repeat(31));
    assert!(!told("31 brackets", &deepest).contains("deep"));
}

#[test]
fn alias_bombs_are_refused() {
    let mut laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for i in 1..30 {
        let aliases = vec![format!("*a{}", i - 1); 9].join(", ");
        laughs.push_str(&format!("a{i}: &a{i} [{aliases}]\n"));
    }
    assert!(told("billion laughs", &laughs).contains("aliases counted in full"));

    let nested = lines(40, |i| {
        format!("a{i}: &a{i} {{b: {}}}\n", if i == 0 { "1".into() } else { format!("*a{}", i - 1) })
    });
    assert!(told("nested aliases", &nested).contains("more than 32 deep"));

    let anchors = lines(31, |i| format!("&a{i} [")) + &"x, ".repeat(3_000) + &"]".repeat(31);
    assert!(told("nested anchors", &anchors).contains("aliases counted in full"));
    assert!(told("an alias of itself", "a: &a [*a]\n").contains("inside the value"));
}

#[test]
fn huge_texts_are_refused() {
    assert!(told("64 MB", &"a: b\n".repeat(12_800_000)).contains("at most 256 KiB"));
    assert!(
        told("commas", &format!("[{}]", "a,".repeat(LONGEST / 2 - 2)))
            .contains("commas, colons and brackets")
    );
    assert!(
        told("commas under the limit", &format!("[{}]", "a,".repeat(39_000)))
            .contains("more than 20000 values")
    );
    assert!(
        told("pairs under the limit", &format!("[{}]", "a: b,".repeat(19_900)))
            .contains("more than 20000 values")
    );
    assert!(told("lines", &filled("- \n")).contains("more than 20000 values"));
    assert!(told("keys", &lines(15_000, |i| format!("k{i}: 1\n"))).contains("more than 20000 values"));
}

#[test]
fn odd_texts_of_full_length_are_read_in_time() {
    for piece in [
        "a",
        "a\n",
        "\n",
        "\r",
        "\t",
        " ",
        "#\n",
        ":",
        ": ",
        "a:a:",
        "''",
        "'\n",
        "\"",
        "\\",
        "|\n",
        ">\n \n",
        "%",
        "%a b\n",
        "%TAG ! !\n",
        "---\n",
        "...\n",
        "!t ",
        "&a ",
        "*a ",
        "- &a x\n",
        "? a\n",
        "a: 1\n",
        "@",
        "`",
        "\0",
        "\u{feff}",
        "ä",
        "\u{2028}",
        "-",
        "- -\n",
        "~\n",
        "<<: 1\n",
        "{}",
        "[]\n",
    ] {
        told(&format!("{piece:?}"), &filled(piece));
        told(&format!("a: {piece:?}"), &format!("a: {}", piece.repeat(LONGEST / piece.len() - 3)));
    }
    told("a quoted text", &format!("\"{}\"", "a".repeat(LONGEST - 2)));
    told("a block of blanks", &format!("a: |\n{}", "  \n".repeat(LONGEST / 3 - 5)));
    told("tag directives", &lines(10_000, |i| format!("%TAG !a{i}! !\n")));
}

#[test]
fn many_problems_in_our_sections_are_told_in_time() {
    let head = "data_generation:\n  num_servers: 5\n  start_date: 2024-01-01\n  end_date: 2024-12-31\n";
    let values = lines(999, |i| format!("k{i}, "));
    for (name, tail) in [
        ("unknown keys", lines(9_000, |i| format!("  {}_{i}: 1\n", "missing".repeat(2)))),
        ("metrics", format!("  metrics:\n{}", lines(9_000, |i| format!("    k{i}:\n")))),
        (
            "bad metrics",
            format!(
                "  metrics:\n{}",
                lines(64, |i| format!("    k{i}: {{{}}}\n", lines(90, |k| format!("x{k}: , "))))
            ),
        ),
        ("regions", format!("  metadata:\n    regions:\n{}", lines(9_000, |i| format!("      k{i}: 1\n")))),
        (
            "effects",
            format!("  metadata:\n    regions: [{values}]\n    effects:\n      region:\n")
                + &lines(3_000, |i| format!("        p{i}: {{cpu_p95: 2}}\n")),
        ),
        (
            "correlations",
            format!("  realism:\n    correlations:\n{}", lines(4_000, |i| format!("      k{i}: {{a: 1}}\n"))),
        ),
    ] {
        told(name, &format!("{head}{tail}"));
    }
}

#[test]
fn a_fleet_of_four_billion_servers_is_refused_at_once() {
    let text = "data_generation: {num_servers: 4294967295, start_date: 1971-01-01, end_date: 2199-12-31}";
    let start = Instant::now();
    let error = config::plan(text, &[]).unwrap_err();
    let time = start.elapsed();
    eprintln!("four billion servers: {time:?}");
    assert!(time < Duration::from_millis(50), "{time:?}");
    assert!(error.to_string().contains("at most 2,567 servers fit"), "{error}");
}
