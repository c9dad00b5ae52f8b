//! The bar that shows how far a long run has come.

use crate::scan::Progress;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Draws a bar once a run has taken a second.
pub(super) fn watch(progress: &Progress, finished: &AtomicBool) {
    let mut waited = Duration::ZERO;
    let step = Duration::from_millis(50);
    let mut bar: Option<indicatif::ProgressBar> = None;
    while !finished.load(Ordering::Relaxed) {
        std::thread::sleep(step);
        waited += step;
        if waited >= Duration::from_secs(1) {
            let total = progress.total.load(Ordering::Relaxed) as u64;
            let bar = bar.get_or_insert_with(|| indicatif::ProgressBar::new(total));
            bar.set_position(progress.done.load(Ordering::Relaxed) as u64);
        }
    }
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
}
