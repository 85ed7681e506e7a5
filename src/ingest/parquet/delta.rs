//! Numbers in the encoding DELTA_BINARY_PACKED, of which only the count and the end are wanted.
//!
//! Source: Parquet's `Encodings.md`, "Delta Encoding (DELTA_BINARY_PACKED = 5)": a header of block size, miniblocks
//! of a block, count and first value; then blocks of a least delta, the miniblocks' bit widths, and these.

/// How many numbers the bytes say they begin with; none when the header is not whole.
pub(super) fn count(mut bytes: &[u8]) -> Option<u64> {
    let [_, _, count] = header(&mut bytes)?;
    Some(count)
}

/// The bytes behind the numbers; none when these are not whole.
pub(super) fn skip(mut bytes: &[u8]) -> Option<&[u8]> {
    let [block, miniblocks, count] = header(&mut bytes)?;
    let of_miniblock = block.checked_div(miniblocks).filter(|&values| values > 0)?;
    varint(&mut bytes)?;
    let mut left = count.saturating_sub(1);
    while left > 0 {
        varint(&mut bytes)?;
        let (widths, rest) = bytes.split_at_checked(usize::try_from(miniblocks).ok()?)?;
        bytes = rest;
        // Miniblocks behind the last number have a width, and no bytes.
        for &width in widths {
            if left == 0 {
                break;
            }
            bytes = bytes.get(usize::try_from(of_miniblock.checked_mul(width.into())? / 8).ok()?..)?;
            left = left.saturating_sub(of_miniblock);
        }
    }
    Some(bytes)
}

/// Block size, miniblocks of a block, count.
fn header(bytes: &mut &[u8]) -> Option<[u64; 3]> {
    Some([varint(bytes)?, varint(bytes)?, varint(bytes)?])
}

/// A number in seven bits a byte, the lowest first (ULEB128), as far as 64 bits go.
fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of `Encodings.md`: 7, 5, 3, 1, 2, 3, 4, 5, whose deltas less the least one take two bits each. Its
    /// block is of 128 numbers in 4 miniblocks here, of which there is one.
    const EXAMPLE: [u8; 20] =
        [0x80, 0x01, 4, 8, 14, 3, 2, 0, 0, 0, 0b1100_0000, 0b0011_1111, 0, 0, 0, 0, 0, 0, 0xaa, 0xbb];

    #[test]
    fn numbers_are_counted_and_skipped() {
        assert_eq!(count(&EXAMPLE), Some(8));
        assert_eq!(skip(&EXAMPLE), Some(&[0xaa, 0xbb][..]));
        // One number stands in the header, none leaves a header without use.
        assert_eq!(skip(&[0x80, 0x01, 4, 1, 14, 0xcc]), Some(&[0xcc][..]));
        assert_eq!(skip(&[0x80, 0x01, 4, 0, 0, 0xcc]), Some(&[0xcc][..]));
    }

    #[test]
    fn what_is_cut_off_has_no_end() {
        for length in 0..EXAMPLE.len() - 2 {
            assert_eq!(skip(&EXAMPLE[..length]), None, "{length} bytes");
        }
        assert_eq!(count(&[0xff; 12]), None);
        assert_eq!(skip(&[0x80, 0x01, 0, 8, 14, 3]), None);
    }
}
