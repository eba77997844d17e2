//! How much memory one photo takes at most, whatever its file says. Alone in its process, so that nothing else is measured.
#![cfg(target_os = "linux")]

#[path = "../src/photos/tests/files.rs"]
#[expect(dead_code, reason = "the tests of the photos need more of it")]
mod files;

use api::photos::{PhotoError, prepare};
use files::{PROGRESSIVE, deflated_zeros, jpeg, png_chunk, png_from, quarters, sample, webp_chunk, webp_from};

/// What two photos at once may take is twice this.
const MOST_MEBIBYTES: u64 = 320;

fn mebibytes(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|l| l.starts_with(name)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
}

/// What a photo comes to, and how many mebibytes more than at the beginning were in use meanwhile.
fn measure(file: &[u8], at_first: u64) -> (Option<PhotoError>, u64) {
    // Forgets how much was ever in use (proc_pid_clear_refs(5)).
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    let refused = prepare(file).err();
    (refused, mebibytes("VmHWM").saturating_sub(at_first))
}

/// A JPEG with another size and another sampling in its frame.
fn framed(mut file: Vec<u8>, width: u16, height: u16, sampling: Option<[u8; 3]>) -> Vec<u8> {
    let frame = file.windows(2).position(|w| matches!(w, [0xff, 0xc0..=0xc2])).unwrap();
    file[frame + 5..frame + 7].copy_from_slice(&height.to_be_bytes());
    file[frame + 7..frame + 9].copy_from_slice(&width.to_be_bytes());
    for (component, sampling) in sampling.into_iter().flatten().enumerate() {
        file[frame + 11 + 3 * component] = sampling;
    }
    file
}

/// The same with one component in its scan.
fn one_by_one(mut file: Vec<u8>) -> Vec<u8> {
    let scan = file.windows(2).position(|w| w == [0xff, 0xda]).unwrap();
    file.splice(scan + 2..scan + 14, [0, 8, 1, 1, 0, 0, 63, 0]);
    file
}

/// Bits as lossless WebP has them: the least significant first.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    count: usize,
}

impl Bits {
    fn put(&mut self, value: u32, count: u32) {
        for at in 0..count {
            if self.count.is_multiple_of(8) {
                self.bytes.push(0);
            }
            *self.bytes.last_mut().unwrap() |= u8::from(value >> at & 1 == 1) << (self.count % 8);
            self.count += 1;
        }
    }

    fn head(width: u32, height: u32) -> Self {
        let mut bits = Self { bytes: vec![0x2f], count: 8 };
        bits.put(width - 1, 14);
        bits.put(height - 1, 14);
        // No transparency, version 0, no transform, no cache of colours.
        bits.put(0, 1 + 3 + 1 + 1);
        bits
    }

    /// A code of one symbol, which needs no bit.
    fn one_symbol(&mut self, symbol: u32) {
        self.put(0b101, 3);
        self.put(symbol, 8);
    }

    /// A code whose longest word has ten bits, in as few bits as it goes: symbol n has n + 1, the last two have ten.
    fn long_code(&mut self) {
        self.put(0, 1);
        // Lengths 1 to 6 are said in three bits, 7 to 10 in four; those of 17, 18, 0 and 16 stand between and are not used.
        self.put(14 - 4, 4);
        for bits in [0, 0, 0, 3, 3, 3, 3, 3, 0, 3, 4, 4, 4, 4] {
            self.put(bits, 3);
        }
        // Eleven symbols.
        self.put(1, 1);
        self.put(1, 3);
        self.put(9, 4);
        for length in [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10_u32] {
            let (code, bits) = if length <= 6 { (length - 1, 3) } else { (length + 5, 4) };
            self.put(code.reverse_bits() >> (32 - bits), bits);
        }
    }

    fn file(mut self, length: usize) -> Vec<u8> {
        self.bytes.truncate(length);
        webp_from(&[webp_chunk(b"VP8L", &self.bytes)])
    }
}

/// A lossless WebP of one colour.
fn plain_webp(width: u32, height: u32) -> Vec<u8> {
    let mut bits = Bits::head(width, height);
    bits.put(0, 1);
    (0..5).for_each(|_| bits.one_symbol(0));
    bits.put(0, 32);
    bits.file(usize::MAX)
}

/// A lossless WebP of one pixel with 65,536 groups of five codes, cut after so many bytes.
fn many_codes(length: usize) -> Vec<u8> {
    let mut bits = Bits::head(1, 1);
    bits.put(1, 1);
    bits.put(0, 3);
    // A picture of one pixel, whose colour is the number of the last group.
    bits.put(0, 1);
    [255, 255, 0, 0, 0].into_iter().for_each(|symbol| bits.one_symbol(symbol));
    while bits.bytes.len() < length {
        bits.long_code();
    }
    bits.file(length)
}

fn zeros(width: u32, height: u32, colour: u8, bytes_a_pixel: usize) -> Vec<u8> {
    let rows = height as usize * (1 + width as usize * bytes_a_pixel);
    png_from(width, height, colour, &[png_chunk(b"IDAT", &deflated_zeros(rows))])
}

#[test]
fn no_photo_takes_more_memory_than_is_reckoned_with() {
    let progressive = || sample(PROGRESSIVE);
    let small = || jpeg(&quarters(64, 32));
    let refused_at_sight = [
        ("png of 900 million pixels", png_from(30_000, 30_000, 0, &[png_chunk(b"IDAT", &deflated_zeros(1 << 16))])),
        ("jpeg of 4 billion pixels", framed(small(), 65_535, 65_535, None)),
        ("lossless webp of 268 million pixels", plain_webp(16_384, 16_384)),
        ("webp of many codes", many_codes(1 << 20)),
    ];
    let mut taken = vec![
        ("png of 50 million pixels", zeros(7071, 7071, 6, 4)),
        ("png of long rows", zeros(65_535, 300, 2, 3)),
        ("jpeg of 50 million pixels", framed(small(), 10_000, 5000, None)),
        ("jpeg, one component after the other", one_by_one(framed(small(), 5400, 5400, None))),
        ("progressive jpeg", framed(progressive(), 6600, 6600, None)),
        ("lossless webp", plain_webp(16_383, 2048)),
        ("webp of many codes", many_codes(512 << 10)),
    ];
    for sampling in [[0x44; 3], [0x44, 0x11, 0x11], [0x11, 0x44, 0x44], [0x41, 0x14, 0x11]] {
        taken.push(("sampled progressive jpeg", framed(progressive(), 5400, 5400, Some(sampling))));
        taken.push(("sampled jpeg, one by one", one_by_one(framed(small(), 5400, 5400, Some(sampling)))));
    }
    assert_eq!(prepare(&small()).err(), None);
    let at_first = mebibytes("VmRSS");
    for (what, file) in refused_at_sight {
        let (refused, most) = measure(&file, at_first);
        assert!(matches!(refused, Some(PhotoError::TooManyPixels | PhotoError::TooLarge)), "{what}: {refused:?}");
        assert!(most <= 16, "{most} MiB: {what}");
    }
    for (what, file) in taken {
        let (refused, most) = measure(&file, at_first);
        println!("{most} MiB: {what}, {} bytes, {refused:?}", file.len());
        assert!(most <= MOST_MEBIBYTES, "{most} MiB: {what}");
    }
}
