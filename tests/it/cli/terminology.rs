//! `mebe terminology import`: small files in the publishers' formats, all made up.

use std::fs;
use std::path::Path;

use serde_json::json;
use tempfile::TempDir;

use crate::harness::backend::Backend;
use crate::harness::server::{Server, mebe};

/// Writes files into a folder.
fn written(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

/// Imports into `t.db` of the folder; the exit code and what is said.
fn imported(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let mut command = mebe();
    command.current_dir(folder).args(["terminology", "import", "--into", "t.db"]).args(arguments);
    let ended = command.output().unwrap();
    let said = [ended.stdout, ended.stderr].concat();
    (ended.status.code().unwrap(), String::from_utf8(said).unwrap())
}

const LOINC: [(&str, &str); 3] = [
    (
        "Loinc_9.9/LoincTable/Loinc.csv",
        "\"LOINC_NUM\",\"COMPONENT\",\"PROPERTY\",\"TIME_ASPCT\",\"SYSTEM\",\"SCALE_TYP\",\"METHOD_TYP\",\"CLASS\",\"STATUS\",\"SHORTNAME\",\"LONG_COMMON_NAME\"\n\
         \"1-8\",\"Made up\",\"MCnc\",\"Pt\",\"Ser\",\"Qn\",\"\",\"CHEM\",\"ACTIVE\",\"Made\",\"Made up [Mass/volume]\"\n",
    ),
    (
        "Loinc_9.9/AccessoryFiles/ComponentHierarchyBySystem/ComponentHierarchyBySystem.csv",
        "PATH_TO_ROOT,SEQUENCE,IMMEDIATE_PARENT,CODE,CODE_TEXT\n,1,,LP1-1,Laboratory\nLP1-1,1,LP1-1,1-8,Made up\n",
    ),
    (
        "Loinc_9.9/AccessoryFiles/LinguisticVariants/viVN40LinguisticVariant.csv",
        "LOINC_NUM,COMPONENT,SHORTNAME,LONG_COMMON_NAME\n1-8,Bịa,,Bịa đặt\n7-7,Lạ,,Lạ\n",
    ),
];

const SNOMED: [(&str, &str); 3] = [
    (
        "Snapshot/Terminology/sct2_Concept_Snapshot_INT_20240101.txt",
        "id\teffectiveTime\tactive\tmoduleId\tdefinitionStatusId\n1\t20240101\t1\t9\t8\n2\t20240101\t1\t9\t8\n3\t20240101\t0\t9\t8\n",
    ),
    (
        "Snapshot/Terminology/sct2_Description_Snapshot-en_INT_20240101.txt",
        "id\teffectiveTime\tactive\tmoduleId\tconceptId\tlanguageCode\ttypeId\tterm\tcaseSignificanceId\n\
         11\t20240101\t1\t9\t1\ten\t900000000000003001\tThing (thing)\t7\n12\t20240101\t1\t9\t2\ten\t900000000000003001\tPart (thing)\t7\n",
    ),
    (
        "Snapshot/Terminology/sct2_Relationship_Snapshot_INT_20240101.txt",
        "id\teffectiveTime\tactive\tmoduleId\tsourceId\tdestinationId\trelationshipGroup\ttypeId\tcharacteristicTypeId\tmodifierId\n\
         1\t20240101\t1\t9\t2\t1\t0\t116680003\t6\t5\n",
    ),
];

const ICD10: &str = "DANH MỤC;;;\nMÃ LOẠI;TÊN LOẠI;MÃ BỆNH;MÃ BỆNH KHÔNG DẤU;DISEASE NAME;TÊN BỆNH\n\
    A00;Bệnh tả;A00.0;A000;Made up;Bệnh bịa\nA00;Bệnh tả;A00/1;A001;Made up;Bệnh bịa khác\n";

#[test]
fn a_release_of_loinc_is_imported_with_its_version() {
    let folder = written(&LOINC);
    let (code, said) = imported(folder.path(), &["Loinc_9.9"]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("http://loinc.org|9.9 imported"), "{said}");
    assert!(said.contains("2 concepts, 2 designations") && said.contains("1 links"), "{said}");
    assert!(said.contains("1 rows name codes that are not there"), "{said}");
    let (_, said) = imported(folder.path(), &["Loinc_9.9"]);
    assert!(said.contains("http://loinc.org|9.9 replaced"), "{said}");
    let (code, said) = imported(folder.path(), &["Loinc_9.9", "--version", "10"]);
    assert!(code == 0 && said.contains("http://loinc.org|10 imported"), "{said}");
}

#[test]
fn a_snapshot_of_snomed_ct_is_imported_as_its_edition() {
    let folder = written(&SNOMED);
    let (code, said) = imported(folder.path(), &["Snapshot"]);
    assert_eq!(code, 0, "{said}");
    let version =
        "http://snomed.info/sct|http://snomed.info/sct/900000000000207008/version/20240101";
    assert!(said.contains(version) && said.contains("3 concepts"), "{said}");
}

#[test]
fn the_table_of_the_ministry_is_imported_and_corrected() {
    let folder = written(&[("icd10.csv", ICD10)]);
    let (code, said) = imported(folder.path(), &["icd10.csv"]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("http://hl7.org/fhir/sid/icd-10|4469-QD-BYT imported"), "{said}");
    assert!(said.contains("3 concepts") && said.contains("“A00/1” was read by"), "{said}");
}

#[test]
fn wrong_files_are_refused_with_the_column() {
    let header = LOINC[0].1.replace("LONG_COMMON_NAME", "NAME");
    let folder =
        written(&[("Loinc.csv", &header), ("other.csv", "a,b\n1,2\n"), ("x/readme.txt", "")]);
    let (code, said) = imported(folder.path(), &["Loinc.csv"]);
    assert!(code == 2 && said.contains("--version"), "{said}");
    let (code, said) = imported(folder.path(), &["Loinc.csv", "--version", "1"]);
    assert!(code == 2 && said.contains("column LONG_COMMON_NAME is missing"), "{said}");
    let (code, said) = imported(folder.path(), &["other.csv"]);
    assert!(code == 2 && said.contains("column MÃ BỆNH, TÊN BỆNH is missing"), "{said}");
    let (code, said) = imported(folder.path(), &["x"]);
    assert!(code == 2 && said.contains("no Loinc.csv"), "{said}");
    let (code, said) = imported(folder.path(), &["none.csv"]);
    assert!(code == 2 && said.contains("none.csv"), "{said}");
}

#[tokio::test]
async fn a_server_knows_what_was_imported() {
    let folder = written(&[("icd10.csv", ICD10)]);
    imported(folder.path(), &["icd10.csv"]);
    let path = folder.path().join("t.db");
    let settings = [("terminology_database", path.to_str().unwrap())];
    let server = Server::start_with(Backend::Sqlite, &settings).await.unwrap();
    assert!(server.log().contains("imported code system"), "{}", server.log());
    let system = "http://hl7.org/fhir/sid/icd-10";
    let found =
        server.get(&format!("/CodeSystem/$lookup?system={system}&code=A00.0")).await.is(200);
    assert!(found.text.contains("Bệnh bịa") && found.text.contains("Made up"), "{}", found.text);
    let below = format!("/CodeSystem/$subsumes?system={system}&codeA=A00&codeB=A00.1");
    assert!(server.get(&below).await.is(200).text.contains("\"subsumes\""));
    let set = json!({ "resourceType": "ValueSet", "id": "s", "url": "http://x.org/s", "status": "active", "compose": {
        "include": [{ "system": system, "filter": [{ "property": "concept", "op": "is-a", "value": "A00" }] }],
    } });
    server.put("/ValueSet/s", set).await.is(201);
    let listed = server.get("/ValueSet/s/$expand?filter=benh%20bia").await.is(200).json();
    assert_eq!(listed["expansion"]["total"], 2, "{listed:#}");
}

#[tokio::test]
async fn reference_sets_and_answer_lists_are_value_sets() {
    const MEMBERS: &str = "id\teffectiveTime\tactive\tmoduleId\trefsetId\treferencedComponentId\n\
        a\t20240101\t1\t9\t723264001\t71388002\n";
    const CONCEPTS: &str = "id\teffectiveTime\tactive\tmoduleId\tdefinitionStatusId\n\
        71388002\t20240101\t1\t9\t8\n50697003\t20240101\t1\t9\t8\n";
    const ANSWERS: &str = "AnswerListId,AnswerListName,AnswerStringId,DisplayText\n\
        LL1-1,Made up,LA1-1,Yes\nLL1-1,Made up,LA2-2,No\nLL2-2,Other,LA3-3,Maybe\n";
    let mut files = SNOMED.to_vec();
    files[0].1 = CONCEPTS;
    files.push(("Snapshot/Refset/Content/der2_Refset_SimpleSnapshot_INT_20240101.txt", MEMBERS));
    files.push(("AnswerFile/AnswerList.csv", ANSWERS));
    files.extend(LOINC);
    let folder = written(&files);
    let (code, said) = imported(folder.path(), &[".", "--version", "9.9"]);
    assert_eq!(code, 0, "{said}");
    let path = folder.path().join("t.db");
    let settings = [("terminology_database", path.to_str().unwrap())];
    let server = Server::start_with(Backend::Sqlite, &settings).await.unwrap();
    for (value_set, codes) in [
        ("http://snomed.info/sct?fhir_vs=refset/723264001", vec!["71388002"]),
        ("http://snomed.info/sct?fhir_vs=isa/50697003", vec!["50697003"]),
        ("http://snomed.info/sct?fhir_vs=ecl/*%20MINUS%20^723264001", vec!["50697003"]),
        (
            "http://snomed.info/sct?fhir_vs=ecl/71388002%20OR%2050697003",
            vec!["71388002", "50697003"],
        ),
        ("http://loinc.org/vs/LL1-1", vec!["LA1-1", "LA2-2"]),
        ("http://loinc.org/vs/LP1-1", vec!["1-8"]),
    ] {
        let url = value_set.replace('?', "%3F").replace('=', "%3D").replace('^', "%5E");
        let found = server.get(&format!("/ValueSet/$expand?url={url}")).await.is(200).json();
        let found = found["expansion"]["contains"].as_array().unwrap();
        let found: Vec<&str> = found.iter().map(|one| one["code"].as_str().unwrap()).collect();
        assert_eq!(found, codes, "{value_set}");
    }
    // What is not understood is not taken for an empty set.
    let filter = json!([{ "property": "constraint", "op": "=", "value": "<< 71388002 : 1 = 2" }]);
    let set = json!({ "resourceType": "ValueSet", "url": "http://x.org/ecl", "status": "active",
        "compose": { "include": [{ "system": "http://snomed.info/sct", "filter": filter }] } });
    server.post("/ValueSet/$expand", set).await.is(422);
}
