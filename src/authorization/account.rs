//! Accounts: added, listed, disabled, given another password.

use crate::access::grant::row::Areas;
use crate::fhir::date::Zone;
use crate::fhir::issue::Text;
use crate::fhir::time;

use super::factor;
use super::grant::{Granted, Holder, Wanted};
use super::kept::{Found, Kept, add as added, remove_of, replace};
use super::password::hash;
use super::record::{Account, Session, Spoken, Status};
use super::trouble::{Trouble, name as check_name};

/// What every change goes by.
#[derive(Debug, Clone)]
pub struct Rules {
    /// Characters of a password, at least.
    pub least: usize,
    pub areas: Areas,
    pub zone: Zone,
}

/// An account that is to be.
#[derive(Clone)]
pub struct Asked {
    pub name: String,
    pub password: String,
    pub language: Spoken,
    pub has_second_factor: bool,
    pub grant: Wanted,
}

/// An account and what it was granted.
#[derive(Debug, Clone)]
pub struct Whole {
    pub account: Account,
    pub grants: Vec<Granted>,
}

/// Adds an account with a grant.
pub async fn add(kept: &Kept, rules: &Rules, asked: &Asked) -> Result<Whole, Trouble> {
    check_name(&asked.name)?;
    let holder = Holder::Account(&asked.name);
    let granted = Granted::new(holder, &asked.grant, (&rules.areas, rules.zone));
    let granted = granted.map_err(Trouble::Refused)?;
    let password = hash(&asked.password, &asked.name, rules.least)?;
    let totp = match asked.has_second_factor {
        true => Some(factor::new_secret().ok_or(Trouble::Failed)?),
        false => None,
    };
    let account = Account {
        name: asked.name.clone(),
        status: Status::Active,
        password,
        totp,
        language: asked.language,
        made: time::now().micros(),
    };
    match kept.change(vec![added(&account)?, added(&granted)?]).await? {
        true => Ok(Whole { account, grants: vec![granted] }),
        false => Err(Trouble::Already(Text::new(
            format!("đã có tài khoản {}", asked.name),
            format!("there is an account {} already", asked.name),
        ))),
    }
}

/// All accounts, in the order of their names.
pub async fn list(kept: &Kept) -> Result<Vec<Whole>, Trouble> {
    let grants: Vec<Granted> = kept.all().await?;
    let accounts: Vec<Account> = kept.all().await?;
    let whole = |account: Account| {
        let parent = Holder::Account(&account.name).parent();
        let grants = grants.iter().filter(|grant| grant.holder == parent).cloned().collect();
        Whole { account, grants }
    };
    Ok(accounts.into_iter().map(whole).collect())
}

/// Disables an account, and ends its sessions.
pub async fn disable(kept: &Kept, name: &str) -> Result<Whole, Trouble> {
    change(kept, name, |account| {
        if !account.is_active() {
            return Err(Trouble::Already(Text::new(
                format!("tài khoản {name} đã bị khóa từ trước"),
                format!("the account {name} is disabled already"),
            )));
        }
        account.status = Status::Disabled;
        Ok(())
    })
    .await
}

/// Lets a disabled account sign in again.
pub async fn enable(kept: &Kept, name: &str) -> Result<Whole, Trouble> {
    change(kept, name, |account| {
        if account.is_active() {
            return Err(Trouble::Already(Text::new(
                format!("tài khoản {name} đang dùng được"),
                format!("the account {name} is active already"),
            )));
        }
        account.status = Status::Active;
        Ok(())
    })
    .await
}

/// Gives an account another password, perhaps another second factor, and ends its sessions.
pub async fn set_password(
    kept: &Kept,
    (name, password): (&str, &str),
    least: usize,
    has_new_factor: bool,
) -> Result<Whole, Trouble> {
    let password = hash(password, name, least)?;
    let factor = match has_new_factor {
        true => Some(factor::new_secret().ok_or(Trouble::Failed)?),
        false => None,
    };
    change(kept, name, |account| {
        account.password.clone_from(&password);
        account.totp = factor.clone().or(account.totp.take());
        Ok(())
    })
    .await
}

/// Changes what is there; whoever was signed in has to sign in again.
async fn change(
    kept: &Kept,
    name: &str,
    change: impl Fn(&mut Account) -> Result<(), Trouble>,
) -> Result<Whole, Trouble> {
    loop {
        let found: Option<Found<Account>> = kept.get(name).await?;
        let Some(found) = found else {
            return Err(Trouble::Missing(Text::new(
                format!("không có tài khoản {name}"),
                format!("there is no account {name}"),
            )));
        };
        let mut account = found.record.clone();
        change(&mut account)?;
        let changes = vec![replace(&account, &found)?, remove_of::<Session>(name)];
        // Somebody else may have changed it meanwhile; then it is looked at again.
        if kept.change(changes).await? {
            let grants = kept.of_parent(&Holder::Account(name).parent()).await?;
            return Ok(Whole { account, grants });
        }
    }
}
