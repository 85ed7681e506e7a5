//! The header of a page, walked through before the crate reads it.
//!
//! The crate skips fields that it doesn't know. The elements of lists, sets and maps of booleans take no byte when
//! it skips them, so that a damaged header of a few bytes keeps it busy for billions of them. No page's header has
//! a list, a set or a map (parquet-format, parquet.thrift, `PageHeader`): one that has is damaged.

use std::io::{self, ErrorKind, Read};

/// Structures inside each other; a page's header has three.
const DEEPEST: u32 = 16;

/// Reads a structure to its end (Thrift's compact protocol).
///
/// # Errors
/// When it does not end, or holds what no page's header has.
pub(super) fn walk(header: &mut impl Read) -> io::Result<()> {
    structure(header, DEEPEST)
}

fn structure(header: &mut impl Read, deepest: u32) -> io::Result<()> {
    if deepest == 0 {
        return Err(damaged());
    }
    loop {
        let field = byte(header)?;
        if field == 0 {
            return Ok(());
        }
        // Without a difference to the field before it, the field's number follows.
        if field >> 4 == 0 {
            number(header)?;
        }
        match field & 0x0f {
            // Booleans stand in the type itself.
            1 | 2 => {}
            3 => skip(header, 1)?,
            4..=6 => drop(number(header)?),
            7 => skip(header, 8)?,
            8 => {
                let length = number(header)?;
                skip(header, length)?;
            }
            12 => structure(header, deepest - 1)?,
            _ => return Err(damaged()),
        }
    }
}

fn byte(header: &mut impl Read) -> io::Result<u8> {
    let mut byte = [0];
    header.read_exact(&mut byte)?;
    Ok(byte[0])
}

/// A number in groups of seven bits.
fn number(header: &mut impl Read) -> io::Result<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let group = byte(header)?;
        number |= u64::from(group & 0x7f) << shift;
        if group & 0x80 == 0 {
            return Ok(number);
        }
    }
    Err(damaged())
}

fn skip(header: &mut impl Read, bytes: u64) -> io::Result<()> {
    match io::copy(&mut header.take(bytes), &mut io::sink())? == bytes {
        true => Ok(()),
        false => Err(ErrorKind::UnexpectedEof.into()),
    }
}

fn damaged() -> io::Error {
    io::Error::new(ErrorKind::InvalidData, "a page's header is damaged")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_structure_is_read_to_its_end_and_no_further() {
        // Field 1: true; 2: i32; 3: text of 2; 5 (its number follows): a structure with a double; the end; more.
        let bytes =
            [0x11, 0x15, 0xac, 0x02, 0x18, 2, b'a', b'b', 0x0c, 10, 0x17, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 99];
        let mut rest = bytes.as_slice();
        walk(&mut rest).unwrap();
        assert_eq!(rest, [99]);
        for length in 0..bytes.len() - 1 {
            assert!(walk(&mut &bytes[..length]).is_err(), "{length}");
        }
    }

    #[test]
    fn what_no_header_has_is_damage() {
        let list_of_billions = [0x19, 0xf1, 0xff, 0xff, 0xff, 0xff, 0x07, 0];
        let map_of_billions = [0x1b, 0xff, 0xff, 0xff, 0xff, 0x07, 0x11, 0];
        let endless_number = [[0x15].as_slice(), &[0x80; 20]].concat();
        for bytes in [list_of_billions.as_slice(), &map_of_billions, &endless_number, &[0x1c; 100]] {
            assert_eq!(walk(&mut &*bytes).unwrap_err().kind(), ErrorKind::InvalidData, "{bytes:?}");
        }
    }
}
