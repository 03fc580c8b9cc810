//! What archives in package caches said in earlier runs: a hook that asks the same thousand archives again unpacks none of them.
//!
//! Which archive is still the same one is told by [`crate::cache`]; this keeps the answers in a [`Shelf`], which is opened when the
//! first archive is asked for.

use std::sync::{Arc, OnceLock};

use sha2::{Digest, Sha256};

use crate::cache::{self, Archives};

use super::kept::KeepIn;
use super::shelf::{Key, Shelf};

const MAGIC: &[u8] = b"sepal: what archives say, 1\n";

#[derive(Debug)]
struct Lasting {
    place: KeepIn,
    began: i64,
    shelf: OnceLock<Shelf>,
}

impl Lasting {
    fn shelf(&self) -> &Shelf {
        let build = || Sha256::digest(self.place.program.as_bytes()).into();
        self.shelf.get_or_init(|| Shelf::open(self.place.file.clone(), MAGIC, build()))
    }
}

impl cache::Shelf for Lasting {
    fn get(&self, key: &Key) -> Option<&[u8]> {
        self.shelf().get(key)
    }

    fn put(&self, answers: &[(Key, Vec<u8>)]) {
        self.shelf().save(answers.iter().map(|(key, answer)| (*key, answer.as_slice())));
    }

    fn began(&self) -> i64 {
        self.began
    }
}

/// What was read of archives, kept in this place. `began`: when this run began, in seconds since 1970.
pub fn archives(place: KeepIn, began: i64) -> Archives {
    Archives::kept_in(Arc::new(Lasting { place, began, shelf: OnceLock::new() }))
}
