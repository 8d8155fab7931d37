//! `hallctl status`: what it says of empty, healthy, late, broken and absent databases.
