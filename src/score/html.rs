//! One page that stands alone: no script, nothing fetched, light and dark as the reader's system is, made to be printed too.

use super::chart::{bar, escape, line, ring};
use super::human::{class, sign, summary};
use super::{Card, Group, Organisation, Shown, Status, Words, Writer};

/// The output.
pub static WRITER: Writer = Writer { id: "html", docs: "one page to look at, print and publish", write };

const STYLE: &str = include_str!("page.css");

fn write(shown: &Shown, words: &Words) -> String {
    let (title, body) = match shown {
        Shown::Repository(card) => (words.fill("ui.title", &[&card.name]), repository(card, words)),
        Shown::Organisation(organisation) => {
            (words.fill("ui.title", &[words.get("ui.organisation")]), of_organisation(organisation, words))
        }
    };
    format!(
        "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n<meta \
         http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n<title>{}</title>\n\
         <style>\n{STYLE}</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#points\">{}</a>\n{body}</body>\n</html>\n",
        words.language,
        escape(&title),
        escape(words.get("ui.skip")),
    )
}

fn status_word(status: Status, words: &Words) -> String {
    escape(words.get(&format!("status.{}", status.as_str())))
}

fn chip(status: Status, words: &Words) -> String {
    format!(
        "<span class=\"chip {}\"><span aria-hidden=\"true\">{}</span> {}</span>",
        status.as_str(),
        sign(status),
        status_word(status, words)
    )
}

fn legend(words: &Words) -> String {
    let items: Vec<String> = Status::ALL.iter().map(|status| format!("<li>{}</li>", chip(*status, words))).collect();
    format!("<ul class=\"legend\">{}</ul>\n", items.join(""))
}

fn head(name: &str, subtitle: &str, facts: &[(String, String)], rings: &str) -> String {
    let facts: Vec<String> = facts
        .iter()
        .map(|(term, value)| format!("<div><dt>{}</dt><dd>{}</dd></div>", escape(term), escape(value)))
        .collect();
    format!(
        "<header>\n<div class=\"who\">\n<p class=\"eyebrow\">{}</p>\n<h1>{}</h1>\n<dl class=\"facts\">{}</dl>\n</div>\n<div \
         class=\"rings\">{rings}</div>\n</header>\n",
        escape(subtitle),
        escape(name),
        facts.join("")
    )
}

/// A text of the messages as a heading: they stand inside sentences, too.
fn headline(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map_or(String::new(), |first| first.to_uppercase().chain(rest).collect())
}

/// A text of the messages with what is meant to be typed marked as such.
fn marked(text: &str) -> String {
    let parts = text.split('`').enumerate();
    parts
        .map(|(index, part)| match index % 2 {
            1 => format!("<code>{}</code>", escape(part)),
            _ => escape(part),
        })
        .collect()
}

fn figure(groups: &[Group], title: &str, words: &Words) -> String {
    counted(Card::counts(groups), title, &summary(groups, words))
}

fn counted(counts: [usize; 5], title: &str, sentence: &str) -> String {
    format!(
        "<figure>{}<figcaption><strong>{}</strong><br>{}</figcaption></figure>",
        ring(counts, &format!("{title}: {sentence}")),
        escape(title),
        escape(sentence)
    )
}

fn tile(value: &str, label: &str, more: &str) -> String {
    let more = if more.is_empty() { String::new() } else { format!("<p class=\"more\">{}</p>", escape(more)) };
    format!(
        "<div class=\"tile\"><p class=\"number\">{}</p><p class=\"label\">{}</p>{more}</div>",
        escape(value),
        escape(label)
    )
}

fn overview(group: &Group, words: &Words) -> String {
    let counts = Status::ALL.map(|status| group.count(status) as u64);
    let parts: Vec<(&str, u64)> = Status::ALL.iter().map(|status| status.as_str()).zip(counts).collect();
    let met = counts[0] + counts[1];
    let total = group.points.len() as u64 - counts[4];
    let title = words.get(&format!("group.{}", group.id));
    let said: Vec<String> = Status::ALL
        .iter()
        .zip(counts)
        .filter(|(_, count)| *count > 0)
        .map(|(status, count)| format!("{count} {}", words.get(&format!("status.{}", status.as_str()))))
        .collect();
    format!(
        "<li class=\"card\"><p class=\"id\">{}<span class=\"state {}\">{}</span></p><h3><a href=\"#{}\">{}</a></h3>{}<p \
         class=\"tally\"><strong>{met} / {total} {}</strong><br>{}</p></li>",
        escape(group.id),
        group.progress(),
        escape(words.get(&format!("ui.state-{}", group.progress()))),
        escape(group.id),
        escape(title),
        bar(&parts, &format!("{title}: {}", said.join(", "))),
        escape(words.get("ui.met")),
        escape(&said.join(" · "))
    )
}

fn detail(group: &Group, words: &Words) -> String {
    let mut rows = String::new();
    for point in &group.points {
        let mut evidence = String::new();
        for piece in &point.evidence {
            let place =
                piece.place.as_ref().map(|place| format!("<code>{}</code> ", escape(place))).unwrap_or_default();
            evidence.push_str(&format!("<li>{place}{}</li>", escape(&words.said(&piece.said))));
        }
        let next = if matches!(point.status, Status::NotMet | Status::Unknown) {
            format!(
                "<p class=\"next\"><span>{}</span> {}</p>",
                escape(words.get("ui.next")),
                marked(words.get(&format!("next.{}", point.id)))
            )
        } else {
            String::new()
        };
        rows.push_str(&format!(
            "<tr><th scope=\"row\"><span class=\"pid\">{}</span> {}<span class=\"class\">{}</span></th><td>{}</td><td><ul \
             class=\"evidence\">{evidence}</ul>{next}</td></tr>\n",
            escape(point.id),
            escape(words.get(&format!("point.{}", point.id))),
            escape(words.get(&format!("ui.class-{}", point.class))),
            chip(point.status, words),
        ));
    }
    format!(
        "<section class=\"group\" id=\"{}\"><h3><span class=\"gid\">{}</span> {}</h3>\n<table><thead><tr><th scope=\"col\">{}</th>\
         <th scope=\"col\">{}</th><th scope=\"col\">{}</th></tr></thead>\n<tbody>\n{rows}</tbody></table></section>\n",
        escape(group.id),
        escape(group.id),
        escape(words.get(&format!("group.{}", group.id))),
        escape(words.get("ui.point")),
        escape(words.get("ui.status")),
        escape(words.get("ui.evidence")),
    )
}

/// The class of the page for a class of licenses: how much it asks.
fn tone(name: &str) -> &'static str {
    match name {
        "permissive" | "public-domain" => "calm",
        "weak-copyleft" | "share-alike" => "mild",
        "strong-copyleft" | "network-copyleft" => "strong",
        "unknown" | "unreviewed" => "unsure",
        _ => "closed",
    }
}

fn licenses(classes: &[(String, u64)], words: &Words) -> String {
    if classes.is_empty() {
        return String::new();
    }
    let parts: Vec<(&str, u64)> = classes.iter().map(|(name, count)| (tone(name), *count)).collect();
    let said: Vec<String> = classes.iter().map(|(name, count)| format!("{} {count}", class(name, words))).collect();
    let items: Vec<String> = classes
        .iter()
        .map(|(name, count)| {
            format!(
                "<li><span class=\"swatch {}\"></span>{} <strong>{count}</strong></li>",
                tone(name),
                escape(&class(name, words))
            )
        })
        .collect();
    let title = words.get("ui.licenses");
    format!(
        "<section><h2>{}</h2>{}<ul class=\"legend\">{}</ul></section>\n",
        escape(title),
        bar(&parts, &format!("{title}: {}", said.join(", "))),
        items.join("")
    )
}

fn repository(card: &Card, words: &Words) -> String {
    let mut facts = Vec::new();
    if let Some(revision) = &card.revision {
        facts.push((words.get("ui.revision").to_owned(), revision.chars().take(12).collect()));
    }
    facts.push((words.get("ui.made").to_owned(), card.time.replace('T', " ").replace('Z', " UTC")));
    facts.push((words.get("ui.policy").to_owned(), card.policy.clone()));
    facts.push(("sepal".to_owned(), card.version.clone()));
    let rings =
        figure(&card.activities, words.get("ui.ggi"), words) + &figure(&card.stage1, words.get("ui.stage1"), words);
    let mut out = head(&card.name, words.get("ui.subtitle"), &facts, &rings);
    out.push_str("<main>\n");

    out.push_str(&format!("<section><h2>{}</h2>\n<div class=\"tiles\">", escape(words.get("ui.indicators"))));
    for indicator in &card.indicators {
        let value = indicator.value.map_or_else(|| "–".to_owned(), |value| value.to_string());
        let mut more: Vec<String> = Vec::new();
        if indicator.value.is_none() {
            more.push(words.get("ui.no-value").to_owned());
        }
        more.extend(indicator.previous.map(|value| words.fill("ui.before", &[&value.to_string()])));
        more.extend(indicator.note.as_ref().map(|note| words.said(note)));
        if indicator.id == "24.K3" {
            let parts = indicator.by.iter().filter(|(_, count)| *count > 0);
            more.extend(parts.map(|(name, count)| words.fill(&format!("severities.{name}"), &[&count.to_string()])));
        }
        out.push_str(&tile(&value, words.get(&format!("kpi.{}", indicator.id)), &more.join(" · ")));
    }
    out.push_str("</div></section>\n");
    let classes = card.indicators.iter().find(|indicator| indicator.id == "24.K1");
    out.push_str(&licenses(classes.map_or(&[], |indicator| indicator.by.as_slice()), words));

    for (title, groups) in [("ui.ggi", &card.activities), ("ui.stage1", &card.stage1)] {
        out.push_str(&format!("<section><h2>{}</h2>\n<ul class=\"cards\">", escape(words.get(title))));
        groups.iter().for_each(|group| out.push_str(&overview(group, words)));
        out.push_str("</ul></section>\n");
    }
    out.push_str(&legend(words));

    if !card.history.is_empty() {
        let mut values: Vec<(String, usize)> =
            card.history.iter().map(|former| (former.time.chars().take(10).collect(), former.met())).collect();
        let all: Vec<&super::Point> = card.groups().flat_map(|group| &group.points).collect();
        values.push((card.time.chars().take(10).collect(), all.iter().filter(|point| point.status.is_met()).count()));
        let title = words.get("ui.trend");
        let said: Vec<String> = values.iter().map(|(day, met)| format!("{day}: {met}")).collect();
        out.push_str(&format!(
            "<section><h2>{}</h2>{}</section>\n",
            escape(title),
            line(&values, all.len(), &format!("{title}: {}", said.join(", ")))
        ));
    }

    out.push_str(&format!("<section><h2>{}</h2>\n", escape(words.get("ui.actions"))));
    if card.actions.is_empty() {
        out.push_str(&format!("<p>{}</p>", escape(words.get("ui.no-actions"))));
    } else {
        out.push_str("<ol class=\"actions\">");
        for action in &card.actions {
            out.push_str(&format!(
                "<li><span class=\"level {}\">{}</span><span class=\"what\">{}<span class=\"where\"><code>{}</code> · {} · {}</span>\
                 </span></li>",
                action.level,
                escape(words.get(&format!("severity.{}", action.level))),
                escape(&action.first),
                escape(&action.place),
                escape(&action.rule),
                escape(&match action.count {
                    1 => words.get("ui.finding").to_owned(),
                    count => words.fill("ui.findings", &[&count.to_string()]),
                }),
            ));
        }
        out.push_str("</ol>");
    }
    out.push_str("</section>\n<div id=\"points\" class=\"points\">\n");
    for (title, groups) in [("ui.ggi", &card.activities), ("ui.stage1", &card.stage1)] {
        out.push_str(&format!("<h2>{}</h2>\n", escape(&words.fill("ui.in-detail", &[words.get(title)]))));
        groups.iter().for_each(|group| out.push_str(&detail(group, words)));
    }
    out.push_str(&format!("</div>\n</main>\n<footer><p>{}</p></footer>\n", escape(words.get("ui.note"))));
    out
}

/// All points of some groups over all repositories.
fn ring_of(organisation: &Organisation, groups: &[super::Activity], title: &str, words: &Words) -> String {
    let ids = || groups.iter().flat_map(|group| group.points.iter().map(|(id, ..)| *id));
    let counts = Status::ALL.map(|status| ids().map(|id| organisation.count(id, status)).sum::<usize>());
    let [verified, attested, not_met, unknown, _] = counts;
    let values = [verified + attested, verified + attested + not_met + unknown, verified, attested];
    let values = values.map(|value| value.to_string());
    let sentence = words.fill("ui.met-of", &[&values[0], &values[1], &values[2], &values[3]]);
    counted(counts, title, &sentence)
}

fn of_organisation(organisation: &Organisation, words: &Words) -> String {
    let count = organisation.repositories.len();
    let facts = [
        (words.get("ui.made").to_owned(), organisation.time.replace('T', " ").replace('Z', " UTC")),
        (words.get("ui.repositories").to_owned(), count.to_string()),
    ];
    let subtitle = words.fill("ui.subtitle-org", &[&count.to_string()]);
    let goals = [("ui.ggi", super::GGI), ("ui.stage1", super::STAGE1)];
    let rings: Vec<String> = goals.map(|(title, groups)| ring_of(organisation, groups, words.get(title), words)).into();
    let mut out = head(&headline(words.get("ui.organisation")), &subtitle, &facts, &rings.concat());
    out.push_str("<main>\n");
    out.push_str(&licenses(&organisation.classes, words));
    out.push_str(&legend(words));
    out.push_str(&format!(
        "<section id=\"points\"><h2>{}</h2>\n<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"{}\"><table \
         class=\"matrix\"><thead><tr><th scope=\"col\">{}</th><th scope=\"col\">{}</th>",
        escape(words.get("ui.repositories")),
        escape(words.get("ui.repositories")),
        escape(words.get("ui.repository")),
        escape(words.get("ui.met")),
    ));
    for id in Organisation::points() {
        out.push_str(&format!(
            "<th scope=\"col\" class=\"up\"><abbr title=\"{}\">{id}</abbr></th>",
            escape(words.get(&format!("point.{id}")))
        ));
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for card in &organisation.repositories {
        out.push_str(&format!(
            "<tr><th scope=\"row\">{}</th><td class=\"met\">{}</td>",
            escape(&card.name),
            card.met()
        ));
        for id in Organisation::points() {
            let status = card.points.get(id).copied().unwrap_or(Status::Unknown);
            out.push_str(&format!(
                "<td class=\"cell {}\"><span title=\"{}\">{}</span></td>",
                status.as_str(),
                status_word(status, words),
                sign(status)
            ));
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody></table></div></section>\n<section><h2>");
    out.push_str(&escape(&headline(words.get("ui.points-met"))));
    out.push_str("</h2>\n<table class=\"shares\"><tbody>\n");
    for id in Organisation::points() {
        let (met, applicable) = organisation.share(id);
        let label = match applicable {
            0 => words.get("status.not_applicable").to_owned(),
            _ => words.fill("ui.share", &[&met.to_string(), &applicable.to_string()]),
        };
        let parts = Status::ALL.map(|status| (status.as_str(), organisation.count(id, status) as u64));
        out.push_str(&format!(
            "<tr><th scope=\"row\"><span class=\"pid\">{id}</span> {}</th><td class=\"slim\">{}</td><td>{}</td></tr>\n",
            escape(words.get(&format!("point.{id}"))),
            bar(&parts, &label),
            escape(&label)
        ));
    }
    out.push_str("</tbody></table></section>\n");
    for (file, why) in &organisation.unread {
        let text = format!("{}: {file} ({why})", headline(words.get("ui.unread")));
        out.push_str(&format!("<p class=\"more\">{}</p>\n", escape(&text)));
    }
    out.push_str(&format!("</main>\n<footer><p>{}</p></footer>\n", escape(words.get("ui.note-org"))));
    out
}
