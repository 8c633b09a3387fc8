//! The output intent: the sRGB space as an ICC profile, made from its definition (IEC 61966-2-1).
//!
//! PDF/A wants the profile in the file. It must not depend on a file of someone else's making.

use std::sync::LazyLock;

use super::finish::deflate;

/// The profile's bytes (ICC.1:2001-04, version 2.4, display device, matrix and tone curve), compressed.
pub(super) static SRGB: LazyLock<Vec<u8>> = LazyLock::new(|| deflate(&profile()));

/// Colorants adapted to D50, as s15Fixed16 numbers: X, Y, Z.
const RED: [u32; 3] = [0x6FA2, 0x38F5, 0x0390];
const GREEN: [u32; 3] = [0x6299, 0xB785, 0x18DA];
const BLUE: [u32; 3] = [0x24A0, 0x0F84, 0xB6CF];
/// The D50 illuminant.
const WHITE: [u32; 3] = [0xF6D6, 0x1_0000, 0xD32D];

fn profile() -> Vec<u8> {
    let curve = curve();
    let elements: [(&[u8; 4], Vec<u8>); 9] = [
        (b"desc", description("sRGB IEC61966-2.1")),
        (b"cprt", text("No copyright; made from the definition of sRGB.")),
        (b"wtpt", xyz(WHITE)),
        (b"rXYZ", xyz(RED)),
        (b"gXYZ", xyz(GREEN)),
        (b"bXYZ", xyz(BLUE)),
        (b"rTRC", curve.clone()),
        (b"gTRC", curve.clone()),
        (b"bTRC", curve),
    ];
    let mut table = 9_u32.to_be_bytes().to_vec();
    let mut data: Vec<u8> = Vec::new();
    let start = 128 + 4 + 12 * elements.len();
    let mut curve_at = None;
    for (name, element) in &elements {
        // The three curves are one.
        let shared = name.ends_with(b"TRC").then_some(curve_at).flatten();
        let at = shared.unwrap_or(start + data.len());
        if shared.is_none() {
            data.extend(element);
            data.resize(data.len().next_multiple_of(4), 0);
        }
        if name.ends_with(b"TRC") {
            curve_at = Some(at);
        }
        table.extend(*name);
        table.extend(size(at));
        table.extend(size(element.len()));
    }
    let mut profile = header(start + data.len());
    profile.extend(table);
    profile.extend(data);
    profile
}

fn size(length: usize) -> [u8; 4] {
    u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes()
}

fn header(length: usize) -> Vec<u8> {
    let mut header = size(length).to_vec();
    header.extend([0; 4]);
    header.extend([2, 0x40, 0, 0]);
    header.extend(b"mntrRGB XYZ ");
    for part in [2026_u16, 1, 1, 0, 0, 0] {
        header.extend(part.to_be_bytes());
    }
    header.extend(b"acsp");
    header.extend([0; 28]);
    for part in WHITE {
        header.extend(part.to_be_bytes());
    }
    header.resize(128, 0);
    header
}

fn xyz(parts: [u32; 3]) -> Vec<u8> {
    let mut element = b"XYZ \0\0\0\0".to_vec();
    element.extend(parts.into_iter().flat_map(u32::to_be_bytes));
    element
}

fn text(says: &str) -> Vec<u8> {
    let mut element = b"text\0\0\0\0".to_vec();
    element.extend(says.as_bytes());
    element.push(0);
    element
}

/// A `desc` element: ASCII, then empty Unicode and Macintosh forms.
fn description(says: &str) -> Vec<u8> {
    let mut element = b"desc\0\0\0\0".to_vec();
    element.extend(size(says.len() + 1));
    element.extend(says.as_bytes());
    element.resize(element.len() + 1 + 4 + 4 + 2 + 1 + 67, 0);
    element
}

/// The sRGB transfer function in 1024 steps.
fn curve() -> Vec<u8> {
    const STEPS: u16 = 1024;
    let mut element = b"curv\0\0\0\0".to_vec();
    element.extend(u32::from(STEPS).to_be_bytes());
    for step in 0..STEPS {
        let value = f64::from(step) / f64::from(STEPS - 1);
        let linear = if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 65535")]
        let fixed = (linear * 65535.0).round() as u16;
        element.extend(fixed.to_be_bytes());
    }
    element
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_profile_says_its_own_length_and_its_elements_lie_in_it() {
        let profile = profile();
        assert_eq!(u32::from_be_bytes(profile[..4].try_into().unwrap()) as usize, profile.len());
        assert_eq!(&profile[36..40], b"acsp");
        for element in profile[132..132 + 9 * 12].chunks(12) {
            let part = |at: usize| u32::from_be_bytes(element[at..at + 4].try_into().unwrap()) as usize;
            assert!(part(4) + part(8) <= profile.len());
        }
    }

    #[test]
    fn the_colorants_add_up_to_white() {
        for axis in 0..3 {
            let sum = RED[axis] + GREEN[axis] + BLUE[axis];
            assert!(sum.abs_diff(WHITE[axis]) <= 16, "axis {axis}: {sum:#x}");
        }
    }
}
