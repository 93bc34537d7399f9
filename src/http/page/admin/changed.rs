//! What the forms of the administrator's page do.

use crate::authorization::grant::Wanted;
use crate::authorization::record::{ClientKind, Spoken};
use crate::authorization::server::Server;
use crate::authorization::trouble::Trouble;
use crate::authorization::{account, client, factor};
use crate::fhir::issue::Text;
use crate::http::request::form::Form;

/// What was done.
pub(super) struct Done {
    pub(super) text: Text,
    pub(super) secret: Option<(String, String)>,
}

/// Does what a form asks for; none when there is no such form.
pub(super) async fn changed(
    server: &Server,
    place: &str,
    form: &Form,
) -> Result<Option<Done>, Trouble> {
    let (kept, rules) = (server.kept(), server.rules());
    let field = |name: &str| form.one(name).unwrap_or_default().trim().to_owned();
    let (user, id) = (field("user"), field("client"));
    let is_ticked = |name: &str| form.one(name).is_some();
    let typed = form.one("password").unwrap_or_default();
    let told = |vi: &str, en: &str, name: &str| {
        Text::new(format!("{vi} {name}."), format!("{en} {name}."))
    };
    let done = match place {
        "/user/add" => {
            let asked = account::Asked {
                name: user,
                password: typed.to_owned(),
                language: if field("language") == "en" { Spoken::En } else { Spoken::Vi },
                has_second_factor: is_ticked("second_factor"),
                grant: wanted(form),
            };
            let whole = account::add(kept, &rules, &asked).await?;
            with_secret(told("Đã thêm tài khoản", "Added the account", &asked.name), &whole)
        }
        "/user/password" => {
            let has_new = is_ticked("new_second_factor");
            let named = (user.as_str(), typed);
            let whole = account::set_password(kept, named, rules.least, has_new).await?;
            let text = told("Đã đổi mật khẩu của", "Set the password of", &user);
            if has_new { with_secret(text, &whole) } else { Done { text, secret: None } }
        }
        "/user/disable" => {
            account::disable(kept, &user).await?;
            Done {
                text: told("Đã khóa tài khoản", "Disabled the account", &user), secret: None
            }
        }
        "/user/enable" => {
            account::enable(kept, &user).await?;
            Done {
                text: told("Đã mở lại tài khoản", "Enabled the account", &user), secret: None
            }
        }
        "/client/add" => {
            client::add(kept, &rules, &asked_client(form)?).await?;
            Done { text: told("Đã thêm", "Added", &id), secret: None }
        }
        "/client/disable" => {
            client::disable(kept, &id).await?;
            Done { text: told("Đã khóa", "Disabled", &id), secret: None }
        }
        _ => return Ok(None),
    };
    server.refresh().await?;
    Ok(Some(done))
}

fn with_secret(text: Text, whole: &account::Whole) -> Done {
    let account = &whole.account;
    let secret = account.totp.clone().map(|secret| {
        let uri = factor::uri(&account.name, &secret);
        (secret, uri)
    });
    Done { text, secret }
}

fn asked_client(form: &Form) -> Result<client::Asked, Trouble> {
    let field = |name: &str| form.one(name).unwrap_or_default().trim().to_owned();
    let given = |name: &str| Some(field(name)).filter(|text| !text.is_empty());
    let kind = match field("kind").as_str() {
        "confidential" => ClientKind::Confidential,
        "system" => ClientKind::System,
        "public" => ClientKind::Public,
        _ => return Err(Trouble::refused("không có loại này", "there is no such kind")),
    };
    let jwks = given("jwks").map(|text| serde_json::from_str(&text));
    let jwks = jwks.transpose().map_err(|error| {
        Trouble::refused(
            format!("JWKS không phải JSON: {error}"),
            format!("JWKS: not JSON: {error}"),
        )
    })?;
    Ok(client::Asked {
        client_id: field("client"),
        kind,
        name: given("name"),
        redirect_uris: field("redirect_uris").split_whitespace().map(str::to_owned).collect(),
        scope: field("scope"),
        jwks,
        jwks_url: given("jwks_url"),
        secret: form.one("secret").filter(|text| !text.is_empty()).map(str::to_owned),
        launch_uri: given("launch_uri"),
        grant: given("role").map(|_| wanted(form)),
    })
}

/// What a form grants.
fn wanted(form: &Form) -> Wanted {
    let field = |name: &str| form.one(name).unwrap_or_default().trim().to_owned();
    let given = |name: &str| Some(field(name)).filter(|text| !text.is_empty());
    let list = |name: &str, is_between: fn(char) -> bool| -> Vec<String> {
        let text = field(name);
        let parts = text.split(is_between).map(str::trim).filter(|part| !part.is_empty());
        parts.map(str::to_owned).collect()
    };
    let of_codes = |c: char| c == ',' || c.is_whitespace();
    Wanted {
        role: field("role"),
        fhir_user: list("fhir_user", of_codes),
        organization: given("organization"),
        communes: list("communes", of_codes),
        hamlets: list("hamlets", |c| c == ','),
        labels: list("labels", of_codes),
        from: given("from"),
        until: given("until"),
        break_glass: form.one("break_glass").is_some(),
        choose_ids: form.one("choose_ids").is_some(),
    }
}
