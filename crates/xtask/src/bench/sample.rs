//! What one measurement found.

use std::time::Duration;

/// Answers counted and timed.
#[derive(Clone, Debug, Default)]
pub struct Sample {
    /// All answers.
    pub requests: u64,
    /// Those whose status is not 2xx.
    pub failed: u64,
    /// Of those: 429 or 503 that say when to come back.
    pub refused: u64,
    /// Bytes received, heads included.
    pub bytes: u64,
    seconds: f64,
    /// Microseconds, in order once the sample is closed.
    latencies: Vec<u32>,
}

impl Sample {
    /// Adds an answer.
    pub fn add(&mut self, latency: Duration, status: u16, bytes: usize) {
        self.requests += 1;
        self.bytes += bytes as u64;
        self.failed += u64::from(!(200..300).contains(&status));
        self.latencies.push(u32::try_from(latency.as_micros()).unwrap_or(u32::MAX));
    }

    /// Adds an answer that asks to come back later.
    pub fn add_refusal(&mut self, bytes: usize) {
        self.requests += 1;
        self.failed += 1;
        self.refused += 1;
        self.bytes += bytes as u64;
    }

    /// Ends the sample, which took `time`.
    pub fn close(&mut self, time: Duration) {
        self.seconds = time.as_secs_f64();
        self.latencies.sort_unstable();
    }

    /// Joins two closed samples of the same thing.
    pub fn join(mut self, other: &Self) -> Self {
        self.requests += other.requests;
        self.failed += other.failed;
        self.refused += other.refused;
        self.bytes += other.bytes;
        self.seconds += other.seconds;
        self.latencies.extend_from_slice(&other.latencies);
        self.latencies.sort_unstable();
        self
    }

    /// Answers a second.
    pub fn rate(&self) -> f64 {
        if self.seconds > 0.0 { self.requests as f64 / self.seconds } else { 0.0 }
    }

    /// Answers a second that were 2xx.
    pub fn useful(&self) -> f64 {
        let useful = self.requests - self.failed;
        if self.seconds > 0.0 { useful as f64 / self.seconds } else { 0.0 }
    }

    /// Refusals a second.
    pub fn refusals(&self) -> f64 {
        if self.seconds > 0.0 { self.refused as f64 / self.seconds } else { 0.0 }
    }

    /// The latency that `share` of the answers (0 to 1) did not exceed.
    pub fn percentile(&self, share: f64) -> Duration {
        let last = self.latencies.len().saturating_sub(1);
        let place = (share * last as f64).round() as usize;
        let micros = self.latencies.get(place.min(last)).copied().unwrap_or(0);
        Duration::from_micros(u64::from(micros))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Sample;

    #[test]
    fn percentiles_and_rates() {
        let mut sample = Sample::default();
        for millis in (1..=100).rev() {
            sample.add(Duration::from_millis(millis), if millis == 1 { 500 } else { 200 }, 10);
        }
        sample.close(Duration::from_secs(2));
        assert_eq!((sample.requests, sample.failed, sample.bytes), (100, 1, 1000));
        assert!((sample.rate() - 50.0).abs() < 1e-9);
        assert_eq!(sample.percentile(0.0), Duration::from_millis(1));
        assert_eq!(sample.percentile(0.99), Duration::from_millis(99));
        assert_eq!(sample.percentile(1.0), Duration::from_millis(100));
    }

    #[test]
    fn joining_adds_time_and_answers() {
        let mut one = Sample::default();
        one.add(Duration::from_millis(2), 200, 1);
        one.close(Duration::from_secs(1));
        let joined = one.clone().join(&one);
        assert_eq!(joined.requests, 2);
        assert!((joined.rate() - 1.0).abs() < 1e-9);
    }

    #[test]
    fn nothing_measured_is_no_division_by_zero() {
        assert_eq!(Sample::default().rate(), 0.0);
        assert_eq!(Sample::default().percentile(0.5), Duration::ZERO);
    }
}
