//! The search parameters of packages, <https://hl7.org/fhir/R4/searchparameter.html>.

use super::fault;
use super::finding::Finding;
use super::packages::Packages;
use crate::definitions::search_parameter::added::{Compiles, Refusal};
use crate::definitions::search_parameter::{ParameterDefinition, SearchParameters};
use crate::fhir::issue::Text;

/// A search parameter that a package offers.
#[derive(Debug)]
pub(crate) struct Offered {
    package: usize,
    file: Box<str>,
    definition: ParameterDefinition,
}

impl Offered {
    /// Reads a parameter of a package, which is named by its position.
    pub(super) fn read(package: usize, file: &str, text: &str) -> Result<Self, Finding> {
        let definition = serde_json::from_str(text)
            .map_err(|error| Finding::error(file, fault::not_a_parameter(&error)))?;
        Ok(Self { package, file: file.into(), definition })
    }
}

impl Packages {
    /// Adds the parameters to those of R4, and says which are not.
    pub(in crate::definitions) fn add_parameters(
        &mut self,
        search: &mut SearchParameters,
        compiles: Compiles<'_>,
    ) {
        for Offered { package, file, definition } in std::mem::take(&mut self.parameters) {
            let code = definition.code.clone();
            let refusals = search.add(definition, compiles);
            let Some(package) = self.packages.get_mut(package) else { continue };
            // One that applies to all types is said once.
            let refusals = refusals.first().into_iter();
            package
                .findings
                .extend(refusals.map(|refusal| Finding::warning(&file, said(&code, refusal))));
        }
        search.arrange();
    }
}

fn said(code: &str, refusal: &Refusal) -> Text {
    let (vi, en) = match refusal {
        Refusal::Code => (
            "mã chỉ được có chữ cái, chữ số, “_”, “-” và “.”, tối đa 64 ký tự".to_owned(),
            "a code has letters, digits, “_”, “-” and “.” only, at most 64 of them".to_owned(),
        ),
        Refusal::NoType => (
            "không áp dụng cho loại tài nguyên R4 nào".to_owned(),
            "it applies to no resource type of R4".to_owned(),
        ),
        Refusal::NoExpression => {
            ("không có biểu thức FHIRPath".to_owned(), "it has no FHIRPath expression".to_owned())
        }
        Refusal::Expression(kind, why) => (
            format!("biểu thức không dùng được cho {kind}: {why}"),
            format!("its expression is none for {kind}: {why}"),
        ),
        Refusal::Taken(kind, url) => (
            format!("mã này ở {kind} đã là {url}, tìm theo phần tử khác; tham số cũ được giữ"),
            format!("for {kind} the code is {url} already, which finds something else and stays"),
        ),
        Refusal::Number(kind) => (
            format!("số hiệu của nó ở {kind} trùng với một tham số khác; hãy đổi mã"),
            format!("for {kind} its number is that of another parameter; choose another code"),
        ),
    };
    Text::new(
        format!("Không tìm kiếm được theo tham số “{code}”: {vi}."),
        format!("The parameter “{code}” is not searched by: {en}."),
    )
}
