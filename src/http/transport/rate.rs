//! How often somebody asks: requests of a minute, by address and by who has a token.

use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use moka::sync::Cache;

use crate::interaction::failure::{Failure, Kind};

/// What requests are counted for.
const WINDOW: Duration = Duration::from_secs(60);
/// Addresses, and holders, that are counted.
const MOST: u64 = 100_000;

/// How many requests there may be in a minute; 0: as many as there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rates {
    pub address: u32,
    pub client: u32,
}

/// Who asked how often.
#[derive(Debug)]
pub(in crate::http) struct Rate {
    rates: Rates,
    addresses: Cache<IpAddr, Arc<Counted>>,
    clients: Cache<String, Arc<Counted>>,
}

#[derive(Debug)]
struct Counted {
    since: Instant,
    count: AtomicU32,
}

impl Rate {
    pub(in crate::http) fn new(rates: Rates) -> Self {
        // An entry lives as long as the minute that it counts.
        Self {
            rates,
            addresses: Cache::builder().max_capacity(MOST).time_to_live(WINDOW).build(),
            clients: Cache::builder().max_capacity(MOST).time_to_live(WINDOW).build(),
        }
    }

    /// Counts a request from an address; who is on this machine is a proxy, or at home.
    pub(in crate::http) fn of_address(&self, address: IpAddr) -> Result<(), Failure> {
        if self.rates.address == 0 || address.is_loopback() {
            return Ok(());
        }
        let counted = self.addresses.get_with(network(address), Counted::begin);
        counted.spend(self.rates.address)
    }

    /// Counts a request of whoever has a token.
    pub(in crate::http) fn of_client(&self, holder: &str) -> Result<(), Failure> {
        if self.rates.client == 0 {
            return Ok(());
        }
        let counted = match self.clients.get(holder) {
            Some(counted) => counted,
            None => self.clients.get_with(holder.to_owned(), Counted::begin),
        };
        counted.spend(self.rates.client)
    }
}

impl Counted {
    fn begin() -> Arc<Self> {
        Arc::new(Self { since: Instant::now(), count: AtomicU32::new(0) })
    }

    fn spend(&self, most: u32) -> Result<(), Failure> {
        let before = self.count.fetch_add(1, Ordering::Relaxed);
        if before < most {
            return Ok(());
        }
        // Who goes on does not make the number turn round.
        self.count.store(most, Ordering::Relaxed);
        let left = WINDOW.saturating_sub(self.since.elapsed()).as_secs().saturating_add(1);
        Err(Kind::TooOften.because(
            format!("Quá {most} yêu cầu trong một phút. Hãy đợi {left} giây."),
            format!("More than {most} requests in a minute. Wait {left} seconds."),
        ))
    }
}

/// Who has an address of IPv6 has the 2⁶⁴ beside it.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(six) => match six.to_ipv4_mapped() {
            Some(four) => IpAddr::V4(four),
            None => {
                let [a, b, c, d, ..] = six.segments();
                IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_a_number_of_its_own() {
        let rate = Rate::new(Rates { address: 2, client: 1 });
        let [one, other]: [IpAddr; 2] =
            ["192.0.2.1", "192.0.2.2"].map(|text| text.parse().unwrap());
        assert!(rate.of_address(one).is_ok() && rate.of_address(one).is_ok());
        assert_eq!(rate.of_address(one).unwrap_err().status(), 429);
        assert!(rate.of_address(other).is_ok());
        assert!(rate.of_client("a").is_ok() && rate.of_client("b").is_ok());
        assert!(rate.of_client("a").is_err());
        let home: IpAddr = "127.0.0.1".parse().unwrap();
        assert!((0..9).all(|_| rate.of_address(home).is_ok()));
    }

    #[test]
    fn neighbours_of_ipv6_are_one() {
        let [one, beside, other]: [IpAddr; 3] =
            ["2001:db8::1", "2001:db8::2:1", "2001:db8:1::1"].map(|text| text.parse().unwrap());
        assert_eq!(network(one), network(beside));
        assert_ne!(network(one), network(other));
        let mapped: IpAddr = "::ffff:192.0.2.1".parse().unwrap();
        assert_eq!(network(mapped), "192.0.2.1".parse::<IpAddr>().unwrap());
    }

    #[test]
    fn without_a_number_there_is_no_end() {
        let rate = Rate::new(Rates { address: 0, client: 0 });
        let one: IpAddr = "192.0.2.1".parse().unwrap();
        assert!((0..9).all(|_| rate.of_address(one).is_ok() && rate.of_client("a").is_ok()));
    }
}
