//! Charts as SVG inside the page: coloured by the page's classes, named for those who do not see them.

use super::Status;

/// Text and attribute values of HTML.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in super::plain(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// A ring of statuses with the share that is met in its middle.
pub(super) fn ring(counts: [usize; 5], label: &str) -> String {
    const RADIUS: f64 = 52.0;
    let around = 2.0 * std::f64::consts::PI * RADIUS;
    let shown = &counts[..4];
    let total: usize = shown.iter().sum();
    let mut parts = String::new();
    let mut start = 0.0;
    for (status, count) in Status::ALL.iter().zip(shown) {
        if *count == 0 {
            continue;
        }
        let length = around * *count as f64 / total.max(1) as f64;
        // A gap of the page's colour between parts; a whole ring has none.
        let gap = if *count == total { 0.0 } else { 2.5 };
        parts.push_str(&format!(
            "<circle class=\"ring {}\" cx=\"64\" cy=\"64\" r=\"{RADIUS}\" stroke-dasharray=\"{:.2} {:.2}\" \
             stroke-dashoffset=\"{:.2}\"/>",
            status.as_str(),
            (length - gap).max(0.5),
            around - (length - gap).max(0.5),
            -start
        ));
        start += length;
    }
    let met = counts[0] + counts[1];
    format!(
        "<svg class=\"donut\" viewBox=\"0 0 128 128\" role=\"img\" aria-label=\"{}\"><circle class=\"ring track\" cx=\"64\" \
         cy=\"64\" r=\"{RADIUS}\"/><g transform=\"rotate(-90 64 64)\">{parts}</g><text x=\"64\" y=\"66\" class=\"big\">{met}\
         </text><text x=\"64\" y=\"86\" class=\"small\">/ {total}</text></svg>",
        escape(label)
    )
}

/// A bar of parts, each with a class of the page.
pub(super) fn bar(parts: &[(&str, u64)], label: &str) -> String {
    let total: u64 = parts.iter().map(|(_, count)| count).sum();
    let mut out = format!(
        "<svg class=\"bar\" viewBox=\"0 0 400 14\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{}\">",
        escape(label)
    );
    let mut x = 0.0;
    for (class, count) in parts.iter().filter(|(_, count)| *count > 0) {
        let width = 400.0 * *count as f64 / total.max(1) as f64;
        out.push_str(&format!(
            "<rect class=\"{class}\" x=\"{x:.2}\" y=\"0\" width=\"{:.2}\" height=\"14\"/>",
            (width - 1.5).max(1.0)
        ));
        x += width;
    }
    out.push_str("</svg>");
    out
}

/// A line over time: labels and values, oldest first.
pub(super) fn line(values: &[(String, usize)], most: usize, label: &str) -> String {
    const WIDTH: f64 = 640.0;
    const HEIGHT: f64 = 120.0;
    let step = if values.len() > 1 { (WIDTH - 80.0) / (values.len() - 1) as f64 } else { 0.0 };
    let y = |value: usize| 20.0 + (HEIGHT - 20.0) * (1.0 - value as f64 / most.max(1) as f64);
    let at: Vec<(f64, f64)> =
        values.iter().enumerate().map(|(index, (_, value))| (40.0 + step * index as f64, y(*value))).collect();
    let points: Vec<String> = at.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
    let mut out = format!(
        "<svg class=\"line\" viewBox=\"0 0 {WIDTH} 150\" role=\"img\" aria-label=\"{}\"><path class=\"axis\" d=\"M30 120H610\"/>\
         <polyline class=\"trend\" points=\"{}\"/>",
        escape(label),
        points.join(" ")
    );
    // Only so many labels as there is room for; always the first and the last.
    let every = values.len().div_ceil(8).max(1);
    for (index, ((x, y), (name, value))) in at.iter().zip(values).enumerate() {
        out.push_str(&format!("<circle class=\"dot\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\"/>"));
        if index % every == 0 || index + 1 == values.len() {
            out.push_str(&format!("<text class=\"small\" x=\"{x:.1}\" y=\"{:.1}\">{value}</text>", y - 9.0));
            out.push_str(&format!("<text class=\"small\" x=\"{x:.1}\" y=\"140\">{}</text>", escape(name)));
        }
    }
    out.push_str("</svg>");
    out
}
