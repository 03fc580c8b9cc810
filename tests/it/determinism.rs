//! The same bytes in give the same bytes out.

use super::world::World;

fn many_projects(order: impl Iterator<Item = usize>) -> World {
    let world = World::new();
    for number in order {
        let name = format!("p{number:02}");
        world.write(&format!("{name}/package.json"), super::world::PACKAGE_JSON);
        let lock = super::world::PACKAGE_LOCK.replace("2.0.1", &format!("2.0.{}", number % 5));
        world.write(&format!("{name}/package-lock.json"), &lock);
    }
    world
}

const OUTPUTS: &[&[&str]] = &[
    &["check", ".", "--format", "json"],
    &["check", ".", "--format", "sarif"],
    &["check", ".", "--format", "markdown"],
    &["check", ".", "--format", "github"],
    &["scan", ".", "-o", "cyclonedx-json"],
    &["scan", ".", "-o", "spdx-json"],
    &["scan", ".", "-o", "purls"],
];

#[test]
fn neither_threads_nor_the_order_of_directories_change_a_byte() {
    // The name of the scanned directory is part of the answer, so both worlds hold the tree under one name.
    let forwards = many_projects(0..40);
    let backwards = many_projects((0..40).rev());
    for arguments in OUTPUTS {
        let outputs: Vec<String> = [&forwards, &backwards]
            .into_iter()
            .flat_map(|world| {
                let name = world.path().file_name().unwrap().to_str().unwrap().to_owned();
                ["1", "2", "7"].map(|threads| {
                    let mut all = arguments.to_vec();
                    all.extend(["--threads", threads]);
                    world.run(&all).stdout().replace(&name, "world")
                })
            })
            .collect();
        assert!(outputs[0].len() > 40, "{arguments:?} wrote {:?}", outputs[0]);
        for other in &outputs[1..] {
            // Identities of documents are made from their content, which holds the directory's name.
            let (one, other) = (without_identity(&outputs[0]), without_identity(other));
            assert!(one == other, "{arguments:?} differs: {:?}", first_difference(&one, &other));
        }
    }
}

#[test]
fn two_runs_over_one_tree_are_equal_to_the_byte() {
    let world = many_projects(0..5);
    for arguments in OUTPUTS {
        assert_eq!(world.run(arguments).stdout(), world.run(arguments).stdout(), "{arguments:?}");
    }
}

fn without_identity(text: &str) -> String {
    text.lines()
        .filter(|line| !line.contains("serialNumber") && !line.contains("documentNamespace"))
        .collect::<Vec<_>>()
        .join("\n")
}

fn first_difference<'a>(one: &'a str, other: &'a str) -> Option<(&'a str, &'a str)> {
    one.lines().zip(other.lines()).find(|(a, b)| a != b)
}
