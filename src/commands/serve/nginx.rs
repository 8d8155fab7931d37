//! `hallctl serve --nginx`: the configuration of the nginx in front, with what it must know of the views.

use crate::model::listen::Listen;
use crate::views::route::{BANNER, HEALTH};
use crate::views::{Auth, Method, View};
use crate::web::{LARGEST_BODY, POSTS, READS};
use std::cmp::Reverse;

/// nginx with a place for each thing that depends on the views or on us.
const TEMPLATE: &str = include_str!("nginx.conf");

/// The configuration for a serve that listens there and answers these views.
pub fn configuration(listen: &Listen, views: &[View]) -> String {
    let mut views: Vec<&View> = views.iter().collect();
    // nginx takes the first that fits, serve the one with more words of its own.
    views.sort_by_key(|view| Reverse(view.route.words()));
    let lines = |line: &dyn Fn(&View) -> Option<String>| -> String {
        let lines = views.iter().filter_map(|view| line(view));
        lines.map(|line| format!("    {line};\n")).collect()
    };
    let is_post = |view: &View| view.method == Method::Post;
    let paths = |view: &View| format!("{}(\\?|$)", view.route.pattern());
    let posts = lines(&|view| is_post(view).then(|| format!("\"~^POST {}\" 0", paths(view))));
    let post_methods =
        lines(&|view| is_post(view).then(|| format!("\"~^{}\" \"{POSTS}\"", paths(view))));
    let is_private = |view: &View| view.auth == Auth::Bearer;
    let private = lines(&|view| is_private(view).then(|| format!("\"~^{}\" 1", paths(view))));
    let ours = [BANNER, HEALTH].map(|route| format!("    \"~^{route}(\\?|$)\" 1;\n"));
    TEMPLATE
        .replace("@SERVER@", &listen.to_string())
        .replace("@POSTS@", &posts)
        .replace("@POST_METHODS@", &post_methods)
        .replace("@READ_METHODS@", READS)
        .replace("@LIVE@", &(ours.concat() + &private))
        .replace("@LARGEST_BODY@", &LARGEST_BODY.to_string())
}
