//! `sepal identify`: what it answers, on whatever it is given.

use std::fs;

use serde_json::Value;

use super::world::World;

const MIT: &str = "MIT License

Copyright (c) 2021 Ann Author

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the \"Software\"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED \"AS IS\", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
";

fn answers(world: &World, arguments: &[&str]) -> Vec<Value> {
    let mut all = vec!["identify", "--format", "jsonl"];
    all.extend(arguments);
    let ran = world.run(&all);
    assert_eq!(ran.code(), 0, "{}", ran.stderr());
    ran.stdout().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn expression(world: &World, path: &str, text: &str) -> Option<String> {
    world.write(path, text);
    let answers = answers(world, &[path]);
    assert_eq!(answers.len(), 1);
    answers[0]["expression"].as_str().map(str::to_owned)
}

#[test]
fn every_text_has_a_line_and_every_answer_its_place() {
    let world = World::new();
    world.write("LICENSE", MIT);
    world.write("src/a.c", "/* SPDX-License-Identifier: GPL-2.0-or-later WITH Classpath-exception-2.0 */\nint x;\n");
    world.write("src/plain.c", "int y;\n");
    fs::write(world.path().join("picture.png"), b"\x89PNG\0\0licensed under the MIT License").unwrap();
    let answers = answers(&world, &[]);
    let paths: Vec<&str> = answers.iter().map(|answer| answer["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["LICENSE", "src/a.c", "src/plain.c"]);
    assert_eq!(answers[0]["expression"], "MIT");
    assert_eq!(answers[0]["matches"][0]["technique"], "exact text");
    assert_eq!(answers[0]["matches"][0]["confidence"], 100);
    assert_eq!(answers[0]["copyrights"][0]["text"], "Copyright (c) 2021 Ann Author");
    assert_eq!(answers[0]["copyrights"][0]["line"], 3);
    assert_eq!(answers[1]["expression"], "GPL-2.0-or-later WITH Classpath-exception-2.0");
    assert_eq!(answers[1]["matches"][0]["lines"], serde_json::json!([1, 1]));
    assert_eq!(answers[2]["expression"], Value::Null);
    assert_eq!(answers[2]["matches"], serde_json::json!([]));
    let ran = world.run(&["identify", "."]);
    assert!(ran.stdout().contains("LICENSE: MIT\n  lines 1-21: MIT (100 %, exact text)"), "{}", ran.stdout());
    assert!(ran.stderr().contains("2 of 3 texts"), "{}", ran.stderr());
}

#[test]
fn a_clause_that_was_added_makes_another_license() {
    let world = World::new();
    let changed = MIT.replace(
        "copies or substantial portions of the Software.\n",
        "copies or substantial portions of the Software.\n\nThe Software must not be used by anybody who competes with the author.\n",
    );
    assert_eq!(expression(&world, "LICENSE", &changed).as_deref(), Some("LicenseRef-sepal-MIT-modified"));
    let (answers, wrapped) = (answers(&world, &["LICENSE"]), MIT.replace('\n', " "));
    let added = answers[0]["matches"][0]["differences"][0]["added"].as_str().unwrap();
    assert!(added.contains("must not be used by anybody"), "{added}");
    assert_eq!(expression(&world, "LICENSE", &wrapped).as_deref(), Some("MIT"));
}

#[test]
fn granting_words_tell_only_from_later() {
    let world = World::new();
    let header = |version: &str| {
        format!(
            "// This program is free software; you can redistribute it and/or modify it under the terms of the\n\
             // GNU General Public License as published by the Free Software Foundation; {version}.\n\nfn main() {{}}\n"
        )
    };
    let later = header("either version 2 of the License, or (at your option) any later version");
    assert_eq!(expression(&world, "a.rs", &later).as_deref(), Some("GPL-2.0-or-later"));
    assert_eq!(expression(&world, "a.rs", &header("version 2 of the License")).as_deref(), Some("GPL-2.0-only"));
}

#[test]
fn talk_about_licenses_is_no_license() {
    let world = World::new();
    for (path, text) in [
        (
            "CHANGELOG.md",
            "# 2.0\n- The license was changed from MIT to Apache-2.0.\n- Code licensed under the GPL was removed.\n",
        ),
        (
            "docs/guide.md",
            "You cannot link code licensed under the GPL v3 with this. See the Apache License for its terms.\n",
        ),
        (
            "src/check.rs",
            "fn ok(id: &str) -> bool { id == \"MIT\" || id == \"Apache-2.0\" }\nlet text = \"Licensed under the MIT License\";\n",
        ),
        (
            "src/tag.py",
            "print('SPDX-License-Identifier: ' + license)\nif 'SPDX-License-Identifier: MIT' in text: pass\n",
        ),
    ] {
        assert_eq!(expression(&world, path, text), None, "{path}");
    }
}

#[test]
fn hostile_texts_break_nothing() {
    let world = World::new();
    let fragment = &MIT[100..900];
    world.write("LICENSE", &fragment.repeat(300));
    world.write("COPYING", &format!("// {}", "licensed under the GPL or ".repeat(5_000)));
    world.write("LICENSE.txt", &"©(c)Copyright <<<<&&&&".repeat(5_000));
    world.write("a.rs", &format!("// SPDX-License-Identifier: {}MIT", "MIT OR ".repeat(10_000)));
    world.write("b.rs", &format!("// SPDX-License-Identifier: {}", "(".repeat(100_000)));
    world.write("c.txt", &"\u{1f980}\u{0301}é".repeat(50_000));
    let answers = answers(&world, &[]);
    assert_eq!(answers.len(), 6);
    let of = |path: &str| answers.iter().find(|answer| answer["path"] == path).unwrap();
    assert!(of("a.rs")["expression"].as_str().is_some_and(|text| text.starts_with("MIT OR MIT")));
    assert_eq!(of("b.rs")["expression"], Value::Null);
}

#[test]
fn what_is_not_there_is_said() {
    let world = World::new();
    let ran = world.run(&["identify", "nowhere"]);
    assert_eq!(ran.code(), 2);
    assert!(ran.stderr().contains("nowhere"), "{}", ran.stderr());
}
