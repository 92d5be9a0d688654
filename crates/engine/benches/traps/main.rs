//! No traps: what takes a careless algorithm minutes has to take under a second here, and twice as much code about twice
//! the time: `cargo bench -p engine --bench traps`. docs/performance.md names the cases that have not got there.

mod cases;

use std::sync::Arc;

use cases::{CASES, Case};
use diag::Source;
use divan::{Bencher, black_box};
use engine::{Prepared, Settings};

fn main() {
    divan::main();
}

/// A case at one or two times its size.
#[divan::bench(
    args = CASES.iter().flat_map(|case| [Sized { case, times: 1 }, Sized { case, times: 2 }]),
    max_time = 2,
    sample_count = 3
)]
fn traps(bencher: Bencher<'_, '_>, Sized { case, times }: Sized) {
    let options = smpl::Options::default();
    let patch = smpl::parse(Source::new("bench.cocci", case.patch.as_bytes()), &options);
    let settings = Settings { limit: ctl::Limit::NONE, ..Settings::default() };
    let prepared = Prepared::new(patch.expect("the patch is right"), settings);
    let code: Arc<[u8]> = (case.code)(case.size * times).into_bytes().into();
    bencher.bench(|| {
        let outcome = prepared.run("bench.c", Arc::clone(&code)).expect("nothing is given up");
        let text = outcome.text.unwrap_or_default();
        black_box(rewrite::unified_diff(&code, &text, "a.c", "b.c", 3))
    });
}

#[derive(Clone, Copy)]
struct Sized {
    case: &'static Case,
    times: usize,
}

impl std::fmt::Display for Sized {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} x{}", self.case.name, self.times)
    }
}
