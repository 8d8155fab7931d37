//! `hallctl serve`: answers HTTP requests from the shelf in memory, and follows the shelf in the database.

mod about;
mod counts;
mod failure;
mod follower;
mod hall;
mod metrics;
mod nginx;
mod token;
mod told;

use crate::cli::Serve;
use crate::exit::{Exit, misused};
use crate::views::Method;
use crate::views::route::{CACHE_STATUS, HEALTH, METRICS};
use crate::web::{self, Door};
use anyhow::{Context, Result};
use follower::Follower;
use hall::Hall;
use signal_hook::consts::{SIGINT, SIGTERM};
use std::io::{Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// So long the follower may take to say that it leaves: it sleeps a second between two looks.
const LEAVING: Duration = Duration::from_millis(1500);

pub fn run(args: Serve) -> Result<Exit> {
    if args.nginx {
        let views = hall::sound(args.views.as_deref())?;
        let configuration = nginx::configuration(&args.listen, &views);
        say!("{}", configuration.trim_end());
        return Ok(Exit::Done);
    }
    if !args.listen.is_at_home() && !args.exposed {
        return Err(misused(format!(
            "`{}` is not a loopback address; listen on 127.0.0.1 and put nginx in front (`hallctl serve --nginx`), or say `--exposed` on a network you trust",
            args.listen
        )));
    }
    let mut follower = Follower::default();
    let hall = Arc::new(Hall::open(args.views.as_deref(), &mut follower)?);
    let door = Door::open(&args.listen)
        .with_context(|| format!("could not listen on `{}`", args.listen))?;
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGTERM, SIGINT] {
        // The second signal ends the program at once.
        signal_hook::flag::register_conditional_shutdown(signal, 1, stop.clone())?;
        signal_hook::flag::register(signal, stop.clone())?;
    }
    if args.until_stdin_ends {
        let stop = stop.clone();
        thread::spawn(move || {
            std::io::stdin().read_to_end(&mut Vec::new()).ok();
            stop.store(true, Ordering::Relaxed);
        });
    }
    let (followed, until) = (hall.clone(), stop.clone());
    let following = thread::spawn(move || follower::follow(&followed, &mut follower, &until));
    let origin = door.at.origin();
    let routes = hall.views.iter().map(|view| match view.method {
        Method::Get => format!("{origin}{}", view.route),
        Method::Post => format!("POST {origin}{}", view.route),
    });
    let own = [HEALTH, CACHE_STATUS, METRICS].map(|route| format!("{origin}{route}"));
    let urls = routes.chain(own).map(|url| format!("serve: {url}\n"));
    // Who does not read them does not need them.
    std::io::stdout()
        .write_all(urls.collect::<String>().as_bytes())
        .ok();
    web::serve(door, hall, stop)?;
    // It leaves its seat; a database that is down keeps nobody from ending.
    let end = Instant::now() + LEAVING;
    while !following.is_finished() && Instant::now() < end {
        thread::sleep(Duration::from_millis(10));
    }
    Ok(Exit::Done)
}
