//! Cards of small worlds, in every output and language.

use std::collections::{BTreeMap, BTreeSet};

use crate::evaluate::evaluate;
use crate::evaluate::world::{Change, World};
use crate::model::{Date, Scope};
use crate::policy::Policy;

use super::{Card, Circumstances, LANGUAGES, Shown, Status, TABLE, Words, by_id, card, organisation, read_former};

const DOCUMENTS: &str = "==> README.md <==\n# Kit\n==> LICENSE <==\nMIT\n==> CODE_OF_CONDUCT.md <==\nBe kind.\n==> \
                         CONTRIBUTING.md <==\n# Review\n\nEvery pull request is reviewed.\n==> SECURITY.md <==\nWrite to \
                         security@example.org, we answer within 3 days.\n==> .github/CODEOWNERS <==\n* @acme/core\n==> \
                         .github/workflows/ci.yml <==\non: pull_request\njobs:\n  a:\n    steps:\n      - run: sepal check\n==> \
                         sepal-governance.toml <==\n[[statement]]\npoint = \"21.O4\"\nstatement = \"The head of legal answers \
                         for licensing.\"\nowner = \"legal\"\nevidence = \"https://intranet.example/roles\"\nsigned-by = \
                         \"board\"\ndate = 2026-05-01\nexpires = 2027-05-01\n";

fn made(documents: &str, license: &str, history: Vec<super::Former>) -> Card {
    let (mut world, web) = World::web();
    world.direct(web, "pkg:npm/kit@1.0.0", Scope::Runtime).license(license);
    world.documents(documents);
    let mut bom = world.bom();
    bom.subject.name = "kit".into();
    let today = Date::new(2026, 9, 21).unwrap();
    let verdict = evaluate(&bom, &Policy::builtin("ggi-trust").unwrap(), today);
    let contacts = BTreeMap::new();
    card(&bom, &verdict, Circumstances { today, time: "2026-09-21T10:00:00Z".into(), contacts: &contacts, history })
}

fn status(card: &Card, id: &str) -> Status {
    card.groups().flat_map(|group| &group.points).find(|point| point.id == id).unwrap().status
}

#[test]
fn every_point_has_a_status_and_evidence() {
    for card in [made(DOCUMENTS, "MIT", Vec::new()), made("", "AGPL-3.0-only", Vec::new())] {
        assert_eq!(card.activities.iter().map(|group| group.points.len()).sum::<usize>(), 24);
        assert_eq!(card.stage1.iter().map(|group| group.points.len()).sum::<usize>(), 17);
        for point in card.groups().flat_map(|group| &group.points) {
            assert!(!point.evidence.is_empty(), "{} says nothing of why it is {:?}", point.id, point.status);
        }
    }
}

#[test]
fn what_is_there_is_met_and_what_nobody_said_is_not() {
    let card = made(DOCUMENTS, "MIT", Vec::new());
    for (id, expected) in [
        ("21.V1", Status::Verified),
        ("21.V3", Status::Unknown),
        ("21.O2", Status::Verified),
        ("21.O4", Status::Attested),
        ("21.O5", Status::Unknown),
        ("22.V1", Status::Unknown),
        ("22.V2", Status::Verified),
        ("22.V4", Status::Attested),
        ("23.V1", Status::Verified),
        ("44.V3", Status::Attested),
        ("44.V4", Status::Unknown),
        ("S1.1b", Status::Verified),
        ("S1.1e", Status::NotMet),
        ("S1.3b", Status::NotApplicable),
        ("S1.4e", Status::Verified),
    ] {
        assert_eq!(status(&card, id), expected, "{id}");
    }
    let bare = made("", "AGPL-3.0-only", Vec::new());
    for id in ["21.V1", "21.O2", "22.V2", "23.V3", "S1.1a", "S1.1b"] {
        assert_eq!(status(&bare, id), Status::NotMet, "{id}");
    }
}

#[test]
fn a_statement_does_not_outweigh_what_was_found() {
    let text = "==> .github/workflows/a.yml <==\non: issues\njobs:\n  a:\n    steps:\n      - run: echo ${{ \
                github.event.issue.title }}\n==> sepal-governance.toml <==\n[[statement]]\npoint = \"22.V2\"\nstatement = \"A \
                gate elsewhere stops new issues.\"\nowner = \"security\"\nevidence = \"https://intranet.example/gate\"\nsigned-by \
                = \"board\"\ndate = 2026-05-01\nexpires = 2027-05-01\n";
    assert_eq!(status(&made(text, "MIT", Vec::new()), "22.V2"), Status::NotMet);
    let fine = text.replace("${{ github.event.issue.title }}", "hello");
    assert_eq!(status(&made(&fine, "MIT", Vec::new()), "22.V2"), Status::Attested);
    let expired = fine.replace("2027-05-01", "2026-06-01");
    assert_eq!(status(&made(&expired, "MIT", Vec::new()), "22.V2"), Status::NotMet);
}

#[test]
fn a_card_that_is_kept_is_read_as_it_was_written() {
    let card = made(DOCUMENTS, "AGPL-3.0-only", Vec::new());
    let text = (by_id("json").unwrap().write)(&Shown::Repository(card.clone()), Words::english());
    let read = |path: &str| {
        let source = crate::text::Source::from_text(crate::model::RepoPath::new(path), text.clone()).unwrap();
        crate::practice::look(&source).and_then(|read| read.card)
    };
    let kept = read("docs/scorecards/2026-09.json").unwrap();
    assert!(read("web/2026-09.json").is_none(), "elsewhere it is somebody's file");
    assert_eq!((kept.name.as_str(), kept.day.to_string().as_str()), ("kit", "2026-09-21"));
    let met = card.groups().flat_map(|group| &group.points).filter(|point| point.status.is_met()).count();
    assert_eq!(kept.points.iter().filter(|(_, met, _)| *met).count(), met);
    assert_eq!(kept.components, Some(1));
    let open = kept.open.unwrap();
    assert_eq!(open.len(), card.open.len());
    let denied = open.iter().find(|open| open.rule.starts_with("legal/component-license")).unwrap();
    assert_eq!((denied.owner.as_str(), denied.count), ("@acme/core", 1), "CODEOWNERS names one owner for everything");
    let line = text.lines().nth(denied.location.line().unwrap() as usize - 1).unwrap();
    assert!(line.contains("\"count\": 1"), "{line}");
}

#[test]
fn cards_that_are_kept_show_that_somebody_counts() {
    let kept = |day: &str| {
        format!(
            "==> scorecards/{day}.json <==\n{{\"schema\": \"sepal.scorecard/1\", \"level\": \"repository\", \"subject\": {{\"name\": \
             \"kit\"}}, \"generated\": {{\"time\": \"{day}T04:00:00Z\"}}}}\n"
        )
    };
    let recent = made(&kept("2026-08-01"), "MIT", Vec::new());
    assert_eq!((status(&recent, "24.V1"), status(&recent, "24.V2")), (Status::Verified, Status::Verified));
    let old = made(&kept("2024-08-01"), "MIT", Vec::new());
    assert_eq!((status(&old, "24.V1"), status(&old, "24.V2")), (Status::Unknown, Status::Unknown));
}

#[test]
fn all_languages_have_the_same_texts() {
    let english: BTreeSet<&str> = Words::english().keys().into_iter().collect();
    assert!(english.len() > 150);
    for language in LANGUAGES {
        let words = Words::of(language).unwrap();
        assert_eq!(words.keys().into_iter().collect::<BTreeSet<_>>(), english, "{language}");
        for key in &english {
            let holes =
                |words: &Words| (0..5).filter(|n| words.get(key).contains(&format!("{{{n}}}"))).collect::<Vec<_>>();
            assert!(!words.get(key).is_empty(), "{language} {key}");
            assert_eq!(holes(words), holes(Words::english()), "{language} {key}");
        }
    }
    assert_eq!(Words::of("fr_CA.UTF-8").unwrap().language, "fr");
    assert!(Words::of("tlh").is_none());
}

#[test]
fn every_text_that_is_asked_for_is_there() {
    let words = Words::english();
    let sources = [
        include_str!("html.rs"),
        include_str!("human.rs"),
        include_str!("markdown.rs"),
        include_str!("points.rs"),
        include_str!("indicators.rs"),
    ];
    let all = sources.concat();
    for part in all.split("\"ui.").skip(1) {
        let key = part.split('"').next().unwrap();
        assert!(key.contains('{') || !words.get(&format!("ui.{key}")).is_empty(), "ui.{key}");
    }
    for key in words.keys() {
        if let Some(said) = key.strip_prefix("said.") {
            assert!(all.contains(&format!("\"{said}\"")), "nothing says {said}");
        }
    }
    for (documents, license) in [(DOCUMENTS, "MIT"), ("", "AGPL-3.0-only"), ("", "Nobody Knows")] {
        let card = made(documents, license, Vec::new());
        for point in card.groups().flat_map(|group| &group.points) {
            for table in ["point", "next"] {
                assert!(!words.get(&format!("{table}.{}", point.id)).is_empty(), "{table}.{}", point.id);
            }
            for piece in &point.evidence {
                assert!(!words.said(&piece.said).is_empty(), "{}", piece.said.key);
            }
        }
        let notes = card.indicators.iter().filter_map(|indicator| indicator.note.as_ref());
        assert!(notes.into_iter().all(|note| !words.said(note).is_empty()));
    }
}

/// The fields of a body as my-ggi-board reads them: name → text, without the last two lines of the last one.
fn board(body: &str) -> (String, Vec<(String, String)>, usize, usize) {
    let id = body.lines().next().unwrap();
    let id = id.strip_prefix("Activity ID: [").and_then(|rest| rest.split_once(" (EN)](")).unwrap();
    assert!(id.1.ends_with(").") && id.1.starts_with("https://"), "{}", id.1);
    let section = body.split("### Scorecard\n").nth(1).unwrap();
    let section = section.split("\n### ").next().unwrap();
    assert!(section.contains("<details>") && section.contains("<summary>"));
    let mut fields: Vec<(String, String)> = section
        .split("\n#### ")
        .skip(1)
        .map(|part| part.split_once('\n').map(|(name, text)| (name.to_owned(), text.to_owned())).unwrap())
        .collect();
    let last = fields.last_mut().unwrap();
    let lines: Vec<&str> = last.1.trim_end().lines().filter(|line| !line.is_empty()).collect();
    assert_eq!(&lines[lines.len() - 2..], ["</details>", "---"], "what the board drops is not ours");
    last.1 = lines[..lines.len() - 2].join("\n");
    let done = section.matches("- [x] ").count();
    (id.0.to_owned(), fields, done, done + section.matches("- [ ] ").count())
}

#[test]
fn the_board_reads_the_body_of_every_activity() {
    let whole = made(DOCUMENTS, "MIT", Vec::new());
    for activity in &whole.activities {
        let one = Card { activities: vec![activity.clone()], stage1: Vec::new(), ..whole.clone() };
        let body = (by_id("markdown").unwrap().write)(&Shown::Repository(one), Words::of("de").unwrap());
        let (id, fields, done, total) = board(&body);
        assert_eq!(id, activity.id);
        let names: Vec<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
        let expected = ["Customized description", "Opportunity assessment", "Objectives", "Tools", "Operational Notes"];
        assert_eq!(names, expected);
        assert!(fields.iter().all(|(_, text)| !text.trim().is_empty()));
        assert_eq!(done, activity.points.iter().filter(|point| point.status.is_met()).count());
        assert_eq!(total, activity.points.len());
    }
}

#[test]
fn tables_have_the_columns_of_the_board() {
    let shown = Shown::Repository(made(DOCUMENTS, "MIT", Vec::new()));
    let issues = (by_id("csv").unwrap().write)(&shown, Words::english());
    let mut lines = issues.lines();
    assert_eq!(lines.next(), Some("issue_id,activity_id,state,title,labels,updated_at,url,tasks_total,tasks_done"));
    assert_eq!(lines.count(), 5);
    assert!(
        issues
            .contains(",GGI-A-21,opened,Manage legal compliance,\"Trust Goal, In Progress\",2026-09-21T10:00:00Z,,9,")
    );
    let tasks = (by_id("csv-tasks").unwrap().write)(&shown, Words::english());
    assert_eq!(tasks.lines().next(), Some("issue_id,state,task"));
    assert!(tasks.contains("GGI-A-22,completed,22.V2 "));
}

#[test]
fn former_cards_make_a_trend_and_an_organisation() {
    let words = Words::english();
    let json = |card: Card| (by_id("json").unwrap().write)(&Shown::Repository(card), words);
    let mut older = made("", "AGPL-3.0-only", Vec::new());
    older.time = "2026-08-01T00:00:00Z".into();
    let former = read_former(&json(older)).unwrap();
    let now = made(DOCUMENTS, "MIT", vec![former.clone()]);
    assert_eq!(status(&now, "24.V2"), Status::Verified);
    assert_eq!(now.indicators[2].previous, Some(1));
    assert!((by_id("html").unwrap().write)(&Shown::Repository(now.clone()), words).contains("<polyline"));

    let mut other = now.clone();
    other.name = "<script>".into();
    let cards = [json(now), json(other)].map(|text| read_former(&text).unwrap());
    let all =
        organisation([vec![former], cards.to_vec()].concat(), vec![("x.json".into(), "not JSON".into())], "t".into());
    assert_eq!(all.repositories.len(), 2, "of a repository the newest card counts");
    assert_eq!(all.share("22.V2"), (2, 2));
    assert_eq!(all.share("S1.3b"), (0, 0));
    for writer in TABLE {
        let text = (writer.write)(&Shown::Organisation(all.clone()), words);
        assert!(text.contains("21.V1"), "{}", writer.id);
        assert!(writer.id != "html" || !text.contains("<script"));
    }
    assert!(read_former("{}").is_err() && read_former("[").is_err());
}

#[test]
fn the_page_is_whole_and_fetches_nothing() {
    let page = (by_id("html").unwrap().write)(
        &Shown::Repository(made(DOCUMENTS, "MIT", Vec::new())),
        Words::of("fr").unwrap(),
    );
    assert!(page.starts_with("<!doctype html>") && page.contains("<html lang=\"fr\">") && page.contains("<title>"));
    for outside in ["<script", "<link", "<img", "src=", "@import", "url("] {
        assert!(!page.contains(outside), "{outside}");
    }
    assert_eq!(
        page.matches("<svg").count(),
        page.matches("role=\"img\" aria-label=\"").count(),
        "every chart is named"
    );
    for tag in ["section", "table", "ul", "li", "td", "th", "tr", "figure", "svg", "div", "p"] {
        let open = page.matches(&format!("<{tag}>")).count() + page.matches(&format!("<{tag} ")).count();
        assert_eq!(open, page.matches(&format!("</{tag}>")).count(), "{tag}");
    }
}

#[test]
fn words_go_with_their_numbers() {
    let said = |language: &str, projects: &str, components: &str| {
        let said = super::Said::new("projects", [projects, components]);
        Words::of(language).unwrap().said(&said)
    };
    assert_eq!(said("en", "1", "2"), "1 project with 2 components is known completely");
    assert_eq!(said("en", "2", "1"), "2 projects with 1 component are known completely");
    assert_eq!(said("fr", "1", "0"), "1 projet avec 0 composant est connu entièrement");
    assert_eq!(said("de", "2", "0"), "2 Projekte mit 0 Komponenten sind vollständig bekannt");
}

#[test]
fn commits_without_a_trace_of_review_are_not_known_to_lack_one() {
    let low = format!("{DOCUMENTS}==> .git/log <==\nSort\nFix\nRelease (#3)\n");
    let high = format!("{DOCUMENTS}==> .git/log <==\nSort (#1)\nFix (#2)\nRelease (#3)\n");
    assert_eq!(status(&made(&low, "MIT", Vec::new()), "44.V4"), Status::Unknown);
    assert_eq!(status(&made(&high, "MIT", Vec::new()), "44.V4"), Status::Verified);
}
