//! The stages of a run, each by itself, on one row group of the default configuration:
//!
//! ```sh
//! cargo bench --bench stages
//! cargo bench --bench stages -- parquet
//! ```

use std::hint::black_box;
use std::sync::Arc;

use criterion::{BatchSize, Criterion, Throughput};
use fleetsynth::aggregate::{Aggregates, KeyAggregates, Observer};
use fleetsynth::config::{self, PRESETS};
use fleetsynth::dataset::{Chunk, Generator};
use fleetsynth::export::csv;
use fleetsynth::export::parquet::RowGroupEncoder;
use fleetsynth::plan::Plan;
use fleetsynth::quality::Judge;
use fleetsynth::run::Run;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    stages(&mut criterion);
    criterion.final_summary();
}

fn stages(criterion: &mut Criterion) {
    let plan = default_plan();
    let generator = Generator::new(Arc::clone(&plan));
    let chunk = row_group(&generator);
    let rows = chunk.rows() as u64;

    let mut group = criterion.benchmark_group("stages");
    group.throughput(Throughput::Elements(rows));

    // What a run costs before its first row.
    group.bench_function("prepare", |bencher| {
        bencher.iter(|| {
            let plan = default_plan();
            let generator = Generator::new(Arc::clone(&plan));
            Judge::new(&plan, generator.days()).observer(&plan, generator.days())
        });
    });

    group.bench_function("generate", |bencher| bencher.iter(|| row_group(&generator)));

    let observer = Judge::new(&plan, generator.days()).observer(&plan, generator.days());
    group.bench_function("aggregate", |bencher| {
        // Empty aggregates are large: making them is no part of the stage.
        let empty = || Aggregates::new(&plan);
        bencher.iter_batched_ref(empty, |seen| aggregate(seen, &observer, &chunk), BatchSize::LargeInput);
    });

    group.bench_function("parquet", |bencher| {
        let mut encoder = RowGroupEncoder::new(&plan).expect("the plan is valid");
        bencher.iter(|| encoder.encode(black_box(&chunk)).expect("nothing is written to a file"));
    });

    group.bench_function("csv", |bencher| {
        let mut text = Vec::new();
        bencher.iter(|| {
            text.clear();
            csv::write(&plan, &chunk, chunk.rows(), &mut text).expect("nothing is written to a file");
            text.len()
        });
    });

    group.bench_function("whole run", |bencher| bencher.iter(|| whole_run(&plan)));
    group.finish();
}

fn default_plan() -> Arc<Plan> {
    Arc::new(config::plan(PRESETS[0].yaml, &[]).expect("the preset is valid"))
}

fn row_group(generator: &Generator) -> Chunk {
    generator.chunk(generator.row_group(0))
}

fn aggregate(seen: &mut Aggregates, observer: &Observer, chunk: &Chunk) -> KeyAggregates {
    seen.add(observer, chunk);
    KeyAggregates::of(chunk)
}

fn whole_run(plan: &Arc<Plan>) -> u64 {
    let mut run = Run::new(plan, Vec::new()).expect("memory takes every byte");
    while !run.step().expect("memory takes every byte").is_complete() {}
    let (_, outcome) = run.finish().expect("memory takes every byte");
    outcome.summary.file.bytes
}
