//! Parquet's hybrid of run-length and bit-packed encoding of small numbers: definition levels and
//! dictionary indices (parquet-format, Encodings.md, "Run Length Encoding / Bit-Packing Hybrid").

/// Groups of eight numbers in a bit-packed run. More would need a longer header, which other
/// writers never use.
const MAX_GROUPS: usize = 63;

/// Largest bit width.
pub(super) const MAX_WIDTH: u32 = 16;

/// Appends one number `count` times, as a run.
pub(super) fn repeat(out: &mut Vec<u8>, number: u32, count: usize, width: u32) {
    let mut header = (count as u64) << 1;
    while header >= 0x80 {
        out.push(header as u8 | 0x80);
        header >>= 7;
    }
    out.push(header as u8);
    out.extend_from_slice(&number.to_le_bytes()[..width.div_ceil(8) as usize]);
}

/// Appends numbers below 2^`width` side by side, `width` bits each, at most [`MAX_WIDTH`].
pub(super) fn pack(out: &mut Vec<u8>, numbers: &[u32], width: u32) {
    debug_assert!(width <= MAX_WIDTH);
    for run in numbers.chunks(8 * MAX_GROUPS) {
        let groups = run.len().div_ceil(8);
        out.push((groups << 1 | 1) as u8);
        let (whole, rest) = run.as_chunks::<8>();
        for group in whole {
            pack_group(out, group, width);
        }
        if !rest.is_empty() {
            // Readers know how many numbers there are and skip what fills the group.
            let mut group = [0; 8];
            group[..rest.len()].copy_from_slice(rest);
            pack_group(out, &group, width);
        }
    }
}

#[inline]
fn pack_group(out: &mut Vec<u8>, group: &[u32; 8], width: u32) {
    let half = |numbers: &[u32]| {
        let numbers = numbers.iter().zip(0..);
        numbers.fold(0, |bits, (&number, place)| bits | u64::from(number) << (place * width))
    };
    let (first, second) = (half(&group[..4]), half(&group[4..]));
    // Two words: on some targets a shift of 128 bits is a call.
    let low = first | second.checked_shl(4 * width).unwrap_or(0);
    let high = second >> (u64::BITS - 4 * width);
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&low.to_le_bytes());
    bytes[8..].copy_from_slice(&high.to_le_bytes());
    out.extend_from_slice(&bytes[..width as usize]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_have_the_bytes_of_the_specification() {
        let mut out = Vec::new();
        repeat(&mut out, 4, 100, 3);
        // Header varint(100 << 1) = c8 01, then the number in one byte.
        assert_eq!(out, [0xc8, 0x01, 0x04]);
        out.clear();
        repeat(&mut out, 0x1234, 1, 13);
        assert_eq!(out, [0x02, 0x34, 0x12]);
    }

    #[test]
    fn packed_numbers_have_the_bytes_of_the_specification() {
        // The example of Encodings.md: 0 to 7 in three bits each.
        let mut out = Vec::new();
        pack(&mut out, &[0, 1, 2, 3, 4, 5, 6, 7], 3);
        assert_eq!(out, [0b11, 0b1000_1000, 0b1100_0110, 0b1111_1010]);
    }

    #[test]
    fn packed_numbers_can_be_read_back_at_every_width() {
        for width in 1..=MAX_WIDTH {
            for count in [1, 7, 8, 9, 503, 504, 505, 1500] {
                let numbers: Vec<u32> =
                    (0..count).map(|i: u32| i.wrapping_mul(40_503) & ((1 << width) - 1)).collect();
                let mut out = Vec::new();
                pack(&mut out, &numbers, width);
                let mut found = Vec::new();
                let mut rest = out.as_slice();
                while let Some((&header, body)) = rest.split_first() {
                    assert_eq!(header & 1, 1);
                    let (body, next) = body.split_at(usize::from(header >> 1) * width as usize);
                    let bit = |place: usize| u32::from(body[place / 8] >> (place % 8) & 1);
                    found.extend((0..body.len() * 8 / width as usize).map(|number| {
                        (0..width as usize).map(|i| bit(number * width as usize + i) << i).sum::<u32>()
                    }));
                    rest = next;
                }
                assert_eq!(&found[..numbers.len()], numbers, "{width} bits, {count} numbers");
            }
        }
    }
}
