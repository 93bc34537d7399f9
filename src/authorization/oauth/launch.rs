//! `POST /oauth/launch`: what an app is launched with from within another one, whose user asks for it. It
//! says for whom the app is opened ([EHR launch](https://hl7.org/fhir/smart-app-launch/app-launch.html#launch-app-ehr-launch)).

use serde_json::{Value, json};

use crate::access::control::Asker;
use crate::authorization::kept;
use crate::authorization::record::ClientKind;
use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::fhir::member::{member, text};
use crate::interaction::engine::Prefer;
use crate::interaction::single::read::read;

use super::desk::Desk;
use super::fault::{Code, Fault};
use super::kept::Launch;
use super::request::parameter::Parameters;
use super::secret::{hash, random};

impl Desk<'_> {
    /// Makes one for whoever has the token.
    pub async fn launch(
        &self,
        authorization: &[&[u8]],
        parameters: &Parameters,
    ) -> Result<Value, Fault> {
        let asker = self.control.asker(authorization).await?;
        if asker.issuer != self.oauth.issuer || asker.is_system() {
            return Err(Code::AccessDenied.because(
                "Chỉ người dùng của máy chủ này mở được ứng dụng theo cách này.",
                "Users of this server only may launch an app.",
            ));
        }
        let client = self.client(parameters.need("client_id")?).await?;
        let client = client.filter(|client| client.kind != ClientKind::System);
        let client = client.ok_or_else(|| {
            Code::InvalidRequest
                .because("Không có ứng dụng client_id.", "There is no such client_id.")
        })?;
        let patient = parameters.get("patient").map(|id| of("Patient", id)).transpose()?;
        let encounter = parameters.get("encounter").map(|id| of("Encounter", id)).transpose()?;
        let patient = Box::pin(self.reached(&asker, patient, encounter.as_ref())).await?;
        let launch = random();
        let record = Launch {
            id: hash("launch", &launch),
            client_id: client.client_id,
            account: asker.subject,
            patient: patient.map(|id| id.to_string()),
            encounter: encounter.map(|id| id.to_string()),
            is_opened: false,
            until: self.after(self.oauth.code_seconds),
        };
        self.kept.change(vec![kept::set(&record)?]).await?;
        Ok(json!({ "launch": launch, "expires_in": self.oauth.code_seconds }))
    }

    /// The patient, when the user may see her, and the encounter, which must be hers.
    async fn reached(
        &self,
        asker: &Asker,
        patient: Option<ResourceId>,
        encounter: Option<&ResourceId>,
    ) -> Result<Option<ResourceId>, Fault> {
        let person = self.person(&asker.subject, &asker.client);
        let access = self.control.access(self.engine, &person).await?;
        let ctx = self.engine.begin_within(&access, Prefer::default());
        let mut patient = patient;
        if let (Some(id), Some(kind)) = (encounter, ResourceKind::parse("Encounter")) {
            let stored = read(&ctx, kind, id).await.map_err(|_failure| unseen("encounter"))?;
            let body: Value = serde_json::from_str(&stored.body).unwrap_or_default();
            let subject = member(&body, "subject").and_then(|subject| text(subject, "reference"));
            let subject = subject.and_then(|subject| subject.strip_prefix("Patient/"));
            let subject = subject.and_then(ResourceId::parse).ok_or_else(|| unseen("encounter"))?;
            if *patient.get_or_insert_with(|| subject.clone()) != subject {
                return Err(unseen("encounter"));
            }
        }
        if let Some(id) = &patient {
            read(&ctx, ResourceKind::PATIENT, id).await.map_err(|_failure| unseen("patient"))?;
        }
        Ok(patient)
    }

    /// A person in front of an app, with all that her grants reach: she chooses whom she opens it for.
    pub fn person(&self, account: &str, client: &str) -> Asker {
        Asker {
            issuer: self.oauth.issuer.clone(),
            subject: account.to_owned(),
            client: client.to_owned(),
            scope: ["user/Patient.rs", "user/Encounter.rs"].map(str::to_owned).to_vec(),
            patient: None,
            purposes: Vec::new(),
            token: None,
        }
    }
}

/// An id, or a relative reference to one.
fn of(kind: &str, id: &str) -> Result<ResourceId, Fault> {
    let plain = id.strip_prefix(kind).and_then(|rest| rest.strip_prefix('/')).unwrap_or(id);
    ResourceId::parse(plain)
        .ok_or_else(|| unseen(if kind == "Patient" { "patient" } else { "encounter" }))
}

/// What may not be seen is as though it were not there.
fn unseen(name: &str) -> Fault {
    Code::InvalidRequest.because(
        format!("{name} không có, hoặc ngoài quyền của bạn."),
        format!("{name} is not there, or out of your reach."),
    )
}
