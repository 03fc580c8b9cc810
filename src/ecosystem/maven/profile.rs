//! Which profiles are active when nobody asks for any: as far as a tree can tell.
//!
//! Maven decides by the machine it runs on. Here a condition on a property is taken to be what it is when nobody sets any; one
//! on the JDK is decided if every JDK gives the same answer that the project can be built with; one on the operating system
//! or a file is not decided.

use super::model::{Condition, Profile};

/// The answer to a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decision {
    Active,
    Inactive,
    Undecided,
}

/// The oldest JDK that anything is built with today.
const OLDEST_JDK: u32 = 8;

/// Which of these profiles are active, and which may be; `release` is the Java release that the project is compiled for, and
/// `is_own` whether it is a project of the tree.
pub(super) fn choose(profiles: &[Profile], release: Option<u32>, is_own: bool) -> (Vec<usize>, Vec<usize>) {
    let release = release.unwrap_or(OLDEST_JDK).max(OLDEST_JDK);
    let decide = |profile: &Profile| {
        if profile.conditions.is_empty() {
            return Decision::Inactive;
        }
        profile.conditions.iter().fold(Decision::Active, |so_far, condition| {
            match (so_far, condition_holds(condition, release, is_own)) {
                (Decision::Inactive, _) | (_, Decision::Inactive) => Decision::Inactive,
                (Decision::Undecided, _) | (_, Decision::Undecided) => Decision::Undecided,
                (Decision::Active, Decision::Active) => Decision::Active,
            }
        })
    };
    let decisions: Vec<Decision> = profiles.iter().map(decide).collect();
    let of = |wanted: Decision| -> Vec<usize> { (0..profiles.len()).filter(|at| decisions[*at] == wanted).collect() };
    let mut active = of(Decision::Active);
    // What is active by default is so only where no other profile of the same pom is.
    if active.is_empty() {
        active = (0..profiles.len()).filter(|at| profiles[*at].by_default).collect();
    }
    let undecided = of(Decision::Undecided).into_iter().filter(|at| !active.contains(at)).collect();
    (active, undecided)
}

fn condition_holds(condition: &Condition, release: u32, is_own: bool) -> Decision {
    match condition {
        // The pom of a package has no files around it.
        Condition::File if !is_own => Decision::Inactive,
        Condition::System | Condition::File => Decision::Undecided,
        Condition::Jdk(jdk) => jdk_holds(jdk.trim(), release),
        Condition::Property { name, value } => {
            let plain = name.strip_prefix('!').unwrap_or(name);
            let of_machine = ["java.", "os.", "user.", "env.", "file.", "sun.", "maven.version", "maven.home"];
            if of_machine.iter().any(|prefix| plain.starts_with(prefix)) {
                return Decision::Undecided;
            }
            let wants_absence = plain.len() < name.len() || value.as_ref().is_some_and(|value| value.starts_with('!'));
            if wants_absence { Decision::Active } else { Decision::Inactive }
        }
    }
}

/// The release that a version of Java names: `1.8` and `8` are the same.
pub(super) fn java_release(version: &str) -> Option<u32> {
    let version = version.trim();
    let version = version.strip_prefix("1.").filter(|rest| !rest.is_empty()).unwrap_or(version);
    version[..version.find(|character: char| !character.is_ascii_digit()).unwrap_or(version.len())].parse().ok()
}

fn jdk_holds(jdk: &str, release: u32) -> Decision {
    let unless = |none: bool| if none { Decision::Inactive } else { Decision::Undecided };
    if let Some(prefix) = jdk.strip_prefix('!') {
        return match java_release(prefix) {
            Some(prefix) if prefix < release => Decision::Active,
            _ => Decision::Undecided,
        };
    }
    let Some(range) = jdk.strip_prefix(['[', '(']) else {
        return unless(java_release(jdk).is_some_and(|prefix| prefix < release));
    };
    let closed = range.ends_with(']');
    let range = range.trim_end_matches([']', ')']);
    let (low, high) = range.split_once(',').unwrap_or((range, ""));
    let (low, high) = (java_release(low), java_release(high));
    if high.is_some_and(|high| high < release || high == release && !closed) {
        return Decision::Inactive;
    }
    let from_the_start = match low {
        None => true,
        Some(low) => low < release || low == release && jdk.starts_with('['),
    };
    if from_the_start && high.is_none() { Decision::Active } else { Decision::Undecided }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_jdk_is_decided_where_all_that_can_be_used_agree() {
        for (jdk, release, expected) in [
            ("[1.8,)", 8, Decision::Active),
            ("[9,)", 17, Decision::Active),
            ("[9,)", 8, Decision::Undecided),
            ("(,1.8)", 8, Decision::Inactive),
            ("(,1.8]", 8, Decision::Undecided),
            ("1.5", 8, Decision::Inactive),
            ("11", 8, Decision::Undecided),
            ("!1.5", 8, Decision::Active),
            ("!17", 11, Decision::Undecided),
            ("[1.5,1.8)", 8, Decision::Inactive),
            ("", 8, Decision::Undecided),
        ] {
            assert_eq!(jdk_holds(jdk, release), expected, "{jdk} {release}");
        }
    }
}
