//! Where copies of modules lie.

use crate::ecosystem::CopyKind;

/// All kinds of copies.
pub(super) static COPIES: &[CopyKind] = &[];
