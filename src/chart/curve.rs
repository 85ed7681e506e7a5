//! Curves of many values: broken where values are missing, and thinned to what pixels can show.

use super::pen::{Point, pixel};

/// The pieces of a curve, broken where a point is missing. Pieces that no pixel lies between are one.
pub(super) fn pieces<T: At>(points: impl IntoIterator<Item = Option<T>>) -> Vec<Vec<T>> {
    let mut pieces: Vec<Vec<T>> = Vec::new();
    let mut broken = true;
    for point in points {
        let Some(point) = point else {
            broken = true;
            continue;
        };
        let near = |piece: &Vec<T>| piece.last().is_some_and(|last| point.x() - last.x() <= 1);
        match pieces.last_mut() {
            Some(piece) if !broken || near(piece) => piece.push(point),
            _ => pieces.push(vec![point]),
        }
        broken = false;
    }
    pieces
}

/// What lies at a pixel column.
pub(super) trait At {
    /// The column.
    fn x(&self) -> i32;
}

impl At for Point {
    fn x(&self) -> i32 {
        self.0
    }
}

/// The lower and the upper end at a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) x: i32,
    pub(super) lower: i32,
    pub(super) upper: i32,
}

impl At for Span {
    fn x(&self) -> i32 {
        self.x
    }
}

/// Leaves out points that change no pixel: of each column the first, the last, the highest and the
/// lowest remain, in order (Jugel et al., "M4: A Visualization-Oriented Time Series Data
/// Aggregation", VLDB 2014). `points` are in order of their columns.
pub(super) fn thin(points: &[Point]) -> Vec<Point> {
    let mut thinned = Vec::new();
    for column in points.chunk_by(|a, b| a.0 == b.0) {
        let last = column.len() - 1;
        let lowest = (0..=last).min_by_key(|&index| column[index].1).unwrap_or(0);
        let highest = (0..=last).max_by_key(|&index| column[index].1).unwrap_or(0);
        let mut kept = [0, lowest.min(highest), lowest.max(highest), last].to_vec();
        kept.dedup();
        thinned.extend(kept.into_iter().map(|index| column[index]));
    }
    thinned
}

/// The pieces of a line through `points` that are drawn, when lengths of a pattern are drawn and left out in
/// turn; none of these is 0.
pub(super) fn dashes(points: &[Point], pattern: &[f64]) -> Vec<Vec<Point>> {
    let mut dashes = Vec::new();
    let mut lengths = pattern.iter().copied().enumerate().cycle();
    let Some((mut turn, mut left)) = lengths.next() else { return dashes };
    let mut dash: Vec<Point> = points.first().copied().into_iter().collect();
    for pair in points.windows(2) {
        let [from, to] = [pair[0], pair[1]].map(|(x, y)| (f64::from(x), f64::from(y)));
        let length = ((to.0 - from.0) * (to.0 - from.0) + (to.1 - from.1) * (to.1 - from.1)).sqrt();
        let mut passed = 0.0;
        while length - passed > left {
            passed += left;
            let share = passed / length;
            let at = (pixel(from.0 + (to.0 - from.0) * share), pixel(from.1 + (to.1 - from.1) * share));
            if turn % 2 == 0 {
                dash.push(at);
                dashes.push(std::mem::take(&mut dash));
            } else {
                dash = vec![at];
            }
            (turn, left) = lengths.next().expect("a cycle has no end");
        }
        left -= length - passed;
        if turn % 2 == 0 {
            dash.push(pair[1]);
        }
    }
    if dash.len() > 1 {
        dashes.push(dash);
    }
    dashes
}

/// The outline of a band: along its upper ends, and back along its lower ones.
pub(super) fn outline(spans: &[Span]) -> Vec<Point> {
    let upper: Vec<Point> = spans.iter().map(|span| (span.x, span.upper)).collect();
    let lower: Vec<Point> = spans.iter().map(|span| (span.x, span.lower)).collect();
    thin(&upper).into_iter().chain(thin(&lower).into_iter().rev()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_breaks_at_missing_points_only() {
        let curve = [Some((0, 1)), Some((9, 2)), None, None, Some((30, 3)), None, Some((31, 4)), None];
        assert_eq!(pieces(curve), [vec![(0, 1), (9, 2)], vec![(30, 3), (31, 4)]]);
        assert!(pieces([None::<Point>, None]).is_empty());
    }

    #[test]
    fn dashes_go_round_corners() {
        let corner = [(0, 0), (10, 0), (10, 10)];
        assert_eq!(
            dashes(&corner, &[8.0, 1.0, 3.0, 2.0]),
            [vec![(0, 0), (8, 0)], vec![(9, 0), (10, 0), (10, 2)], vec![(10, 4), (10, 10)]]
        );
        assert_eq!(dashes(&corner[..2], &[8.0, 4.0]), [[(0, 0), (8, 0)]]);
        assert!(dashes(&[], &[8.0, 4.0]).is_empty() && dashes(&corner[..1], &[8.0, 4.0]).is_empty());
    }

    #[test]
    fn a_column_keeps_its_ends_and_its_extremes() {
        let column: Vec<Point> = [5, 6, 9, 2, 4, 7, 3].map(|y| (1, y)).to_vec();
        assert_eq!(thin(&column), [(1, 5), (1, 9), (1, 2), (1, 3)]);
        assert_eq!(thin(&[(1, 5)]), [(1, 5)]);
        assert_eq!(thin(&[(1, 5), (2, 5)]), [(1, 5), (2, 5)]);
    }
}
