//! Each format: what it says of which package, and where.

use super::shelf::Shelf;
use super::{ALL, Variable, read};
use crate::source::{FileId, Source};
use camino::{Utf8Path, Utf8PathBuf};
use proptest::prelude::*;
use std::fmt::Write as _;

/// One statement a line: `package version`, with `!` where it is locked, and the text that it stands on where that differs.
fn said(path: &str, text: &str) -> String {
    let source = Source::new(FileId(0), path, text.as_bytes().to_vec());
    let manifest = read(path, &source);
    let mut out = String::new();
    for stated in &manifest.stated {
        let version = stated.version.as_deref().unwrap_or("-");
        let line = source.position(stated.at.start).line;
        let _ = writeln!(out, "{}{} {version} @{line}", if stated.locked { "!" } else { "" }, stated.package);
    }
    for Variable { name, value, .. } in &manifest.variables {
        let _ = writeln!(out, "{name}={value}");
    }
    for other in &manifest.others {
        let _ = writeln!(out, "+{other}");
    }
    out.trim_end().to_owned()
}

#[test]
fn formats_of_python() {
    for (path, text, expected) in [
        (
            "requirements.txt",
            "# c\n-r base/common.txt\nPyMySQL==1.1.0 --hash=sha256:ab # c\nredis[hiredis] >=5,<6 ; python_version > '3'\nrequests\n-e .\ngit+https://a/b.git\nx @ https://a/x.whl\n",
            "pypi/pymysql ==1.1.0 @3\npypi/redis >=5,<6 @4\npypi/requests - @5\npypi/x - @8\n+base/common.txt",
        ),
        ("requirements/prod.in", "pg8000~=1.30\n", "pypi/pg8000 ~=1.30 @1"),
        (
            "pyproject.toml",
            "[project]\nrequires-python = '>=3.9'\ndependencies = ['pymysql>=1.0', 'redis']\n[project.optional-dependencies]\nx = ['neo4j==5']\n[tool.poetry.dependencies]\npython = '^3.8'\nmysqlclient = '^2'\npymongo = {version = '3.12', extras = ['srv']}\n[tool.poetry.group.dev.dependencies]\nx_y = '1'\n[dependency-groups]\ndev = ['a>1']\n",
            "runtime/python >=3.9 @2\npypi/pymysql >=1.0 @3\npypi/redis - @3\npypi/neo4j ==5 @5\nruntime/python ^3.8 @7\npypi/mysqlclient ^2 @8\npypi/pymongo 3.12 @9\npypi/x-y 1 @11\npypi/a >1 @13",
        ),
        (
            "poetry.lock",
            "[[package]]\nname = \"pymysql\"\nversion = \"1.1.0\"\n[package.dependencies]\ncryptography = \"*\"\n[[package]]\nname = \"redis\"\nversion = \"5.0\"\n",
            "!pypi/pymysql 1.1.0 @3\n!pypi/redis 5.0 @8",
        ),
        (
            "uv.lock",
            "version = 1\n[[package]]\nname = \"a\"\nversion = \"1\"\nsource = { registry = \"https://p\" }\n",
            "!pypi/a 1 @4",
        ),
        (
            "Pipfile",
            "[packages]\nredis = '*'\na = {version = '==1'}\n[requires]\npython_version = '3.9'\n",
            "pypi/redis * @2\npypi/a ==1 @3\nruntime/python 3.9 @5",
        ),
        (
            "Pipfile.lock",
            "{\"default\": {\"redis\": {\"hashes\": [], \"version\": \"==5.0.1\"}}}",
            "!pypi/redis ==5.0.1 @1",
        ),
        (
            "setup.cfg",
            "[options]\npython_requires = >=3.7\ninstall_requires =\n    pymysql<1.1\n    redis # c\n[x]\n  a = b\n",
            "runtime/python >=3.7 @2\npypi/pymysql <1.1 @4\npypi/redis - @5",
        ),
        (
            "setup.py",
            "setup(\n  name='x',\n  install_requires=[\n    'pymysql>=0.9',\n    \"redis\",\n  ],\n  python_requires='>=3.6',\n  author='me')\n",
            "runtime/python >=3.6 @7\npypi/pymysql >=0.9 @4\npypi/redis - @5",
        ),
        (".python-version", "3.11.4\n", "!runtime/python 3.11.4 @1"),
        ("runtime.txt", "python-3.10.2\n", "!runtime/python 3.10.2 @1"),
        (
            "Dockerfile",
            "ARG X\nFROM --platform=$P docker.io/library/python:3.9-slim AS b\nFROM scratch\n",
            "runtime/python 3.9 @2",
        ),
    ] {
        assert_eq!(said(path, text), expected, "{path}");
    }
}

#[test]
fn formats_of_the_jvm() {
    for (path, text, expected) in [
        (
            "pom.xml",
            "<project>\n<parent><groupId>a</groupId><artifactId>p</artifactId><version>7</version>\n<relativePath>../build</relativePath></parent>\n<properties><db.version>8.0.12</db.version></properties>\n<dependencyManagement><dependencies>\n<dependency><groupId>a</groupId><artifactId>bom</artifactId><version>1</version><type>pom</type><scope>import</scope></dependency>\n</dependencies></dependencyManagement>\n<dependencies><dependency><groupId>mysql</groupId><artifactId>mysql-connector-java</artifactId>\n<version>${db.version}</version><exclusions><exclusion><groupId>x</groupId><artifactId>y</artifactId></exclusion></exclusions></dependency>\n<dependency><groupId>g</groupId><artifactId>b</artifactId></dependency></dependencies>\n</project>",
            "maven/mysql:mysql-connector-java ${db.version} @9\nmaven/g:b - @10\nproject.parent.version=7\nproject.version=7\ndb.version=8.0.12\n+../build/pom.xml\n+bom/pom.xml\n+../bom/pom.xml",
        ),
        (
            "build.gradle",
            "ext.dbVersion = '10.1'\next { rabbit: \"5.20.0\" }\nversions += [\n  pg: \"42.5.0\",\n]\ndependencies {\n  implementation \"com.microsoft.sqlserver:mssql-jdbc:$dbVersion\"\n  api 'redis.clients:jedis:5.0.0@jar'\n  // runtimeOnly 'a:b:1'\n  runtimeOnly(\"org.postgresql:postgresql:${versions.pg}\")\n  implementation group: 'com.rabbitmq', name: 'amqp-client', version: rabbit\n  implementation 'x:y:' + z\n  implementation 'u:v'\n}\n",
            "maven/com.microsoft.sqlserver:mssql-jdbc ${dbVersion} @7\nmaven/redis.clients:jedis 5.0.0 @8\nmaven/org.postgresql:postgresql ${versions.pg} @10\nmaven/com.rabbitmq:amqp-client ${rabbit} @11\nmaven/x:y ${z} @12\nmaven/u:v - @13\next.dbVersion=10.1\nrabbit=5.20.0\npg=42.5.0",
        ),
        ("gradle.properties", "# c\ndbVersion = 12.2.0\n", "dbVersion=12.2.0"),
        (
            "gradle.lockfile",
            "# c\nredis.clients:jedis:5.0.0=compileClasspath\nempty=\n",
            "!maven/redis.clients:jedis 5.0.0 @2",
        ),
        (
            "gradle/libs.versions.toml",
            "[versions]\njedis = '5.1'\nstrict = { strictly = '2.0' }\n[libraries]\njedis = { module = 'redis.clients:jedis', version.ref = 'jedis' }\na = { group = 'g', name = 'a', version.ref = 'strict' }\nb = 'g:b:3'\nc = { module = 'g:c' }\n",
            "maven/g:a 2.0 @3\nmaven/g:b 3 @7\nmaven/g:c - @1\nmaven/redis.clients:jedis 5.1 @2",
        ),
    ] {
        assert_eq!(said(path, text), expected, "{path}");
    }
}

#[test]
fn formats_of_others() {
    for (path, text, expected) in [
        (
            "Cargo.toml",
            "[dependencies]\ntiberius = '0.12'\npg = { package = 'tokio-postgres', version = '0.7' }\nx_y = { workspace = true }\n[workspace.dependencies]\nx-y = '1'\n[target.'cfg(unix)'.dependencies]\nz = { version = '2', features = [] }\n",
            "cargo/tiberius 0.12 @2\ncargo/tokio-postgres 0.7 @3\ncargo/x-y - @4\ncargo/x-y 1 @6\ncargo/z 2 @8",
        ),
        (
            "Cargo.lock",
            "version = 4\n\n[[package]]\nname = \"tiberius\"\nversion = \"0.12.3\"\n",
            "!cargo/tiberius =0.12.3 @5",
        ),
        (
            "package.json",
            "{\"name\": \"a\", \"version\": \"1\", \"dependencies\": {\"pg\": \"^8\", \"@x/y\": \"~1\", \"k\": \"npm:ioredis@^5\"}, \"engines\": {\"node\": \">=18\"}}",
            "npm/pg ^8 @1\nnpm/@x/y ~1 @1\nnpm/ioredis ^5 @1\nruntime/node >=18 @1",
        ),
        (
            "package-lock.json",
            "{\"lockfileVersion\": 3, \"packages\": {\"\": {\"version\": \"1\"}, \"node_modules/pg\": {\"version\": \"8.1.0\"}, \"node_modules/a/node_modules/pg\": {\"version\": \"7\"}, \"node_modules/@x/y\": {\"version\": \"2.0.0\"}}}",
            "!npm/pg 8.1.0 @1\n!npm/@x/y 2.0.0 @1",
        ),
        (
            "yarn.lock",
            "# yarn lockfile v1\n\n\"@x/y@^1.0\", \"@x/y@~1\":\n  version \"1.2.3\"\n  dependencies:\n    pg \"8\"\npg@^8:\n  version: 8.1.0\n",
            "!npm/@x/y 1.2.3 @4\n!npm/pg 8.1.0 @8",
        ),
        (
            "pnpm-lock.yaml",
            "lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      pg: 1\npackages:\n\n  /pg@8.1.0(x@1):\n    resolution: {}\n  '@x/y@1.2.3':\n    a: b\n  /old/2.0.0:\n",
            "!npm/pg 8.1.0 @8\n!npm/@x/y 1.2.3 @10\n!npm/old 2.0.0 @12",
        ),
        (
            "go.mod",
            "module a\ngo 1.21\nrequire github.com/x/y v1.2.3\nrequire (\n\tgithub.com/lib/pq v1.10.0 // indirect\n)\n",
            "runtime/go 1.21 @2\n!go/github.com/x/y v1.2.3 @3\n!go/github.com/lib/pq v1.10.0 @5",
        ),
        (
            "App.csproj",
            "<Project>\n<PropertyGroup><SqlVersion>3.1</SqlVersion></PropertyGroup>\n<ItemGroup>\n<PackageReference Include=\"Microsoft.Data.SqlClient\" Version=\"$(SqlVersion)\" />\n<PackageReference Include=\"Npgsql\"><Version>6.0.1</Version></PackageReference>\n<PackageReference Include=\"X\" />\n</ItemGroup></Project>",
            "nuget/microsoft.data.sqlclient ${SqlVersion} @4\nnuget/npgsql 6.0.1 @5\nnuget/x - @6\nSqlVersion=3.1",
        ),
        (
            "Directory.Packages.props",
            "<Project><ItemGroup><PackageVersion Include=\"X\" Version=\"1\"/></ItemGroup></Project>",
            "nuget/x 1 @1",
        ),
        (
            "packages.lock.json",
            "{\"dependencies\": {\"net8.0\": {\"Npgsql\": {\"type\": \"Direct\", \"resolved\": \"8.0.1\"}}}}",
            "!nuget/npgsql 8.0.1 @1",
        ),
        (
            "composer.json",
            "{\"require\": {\"php\": \">=8\", \"Symfony/Mailer\": \"^7.1\"}}",
            "runtime/php >=8 @1\ncomposer/symfony/mailer ^7.1 @1",
        ),
        (
            "composer.lock",
            "{\"packages\": [{\"name\": \"symfony/mailer\", \"version\": \"v7.1.2\"}]}",
            "!composer/symfony/mailer v7.1.2 @1",
        ),
        (
            "Gemfile",
            "source 'https://rubygems.org'\ngem 'pg', '~> 1.1', '>= 1.1.3'\ngem \"redis\"\n# gem 'a', '1'\n",
            "gem/pg ~> 1.1, >= 1.1.3 @2\ngem/redis - @3",
        ),
        (
            "Gemfile.lock",
            "GEM\n  specs:\n    pg (1.5.4)\n    rails (7.0)\n      pg (~> 1)\n",
            "!gem/pg 1.5.4 @3\n!gem/rails 7.0 @4",
        ),
    ] {
        assert_eq!(said(path, text), expected, "{path}");
    }
}

/// A shelf of files by path, with those that they name.
fn shelf(files: &[(&str, &str)]) -> Shelf {
    let mut shelf = Shelf::default();
    for (number, (path, text)) in (0..).zip(files) {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        shelf.put(Utf8Path::new(folder), name, Source::new(FileId(number), *path, text.as_bytes().to_vec()));
    }
    shelf
}

#[test]
fn the_nearest_manifest_counts() {
    let pom = |body: &str| format!("<project>{body}</project>");
    let one = |version: &str| {
        format!(
            "<dependencies><dependency><groupId>g</groupId><artifactId>a</artifactId>{version}</dependency></dependencies>"
        )
    };
    let managed = pom(&format!(
        "<properties><v>1.0</v></properties><dependencyManagement>{}</dependencyManagement>",
        one("<version>${v}</version>")
    ));
    let child = pom(&format!("<properties><v>2.0</v></properties>{}", one("")));
    for (files, package, expected) in [
        (&[("requirements.txt", "a==1"), ("x/requirements.txt", "a==2")][..], "pypi/a", "a 2 x/requirements.txt:1"),
        (&[("requirements.txt", "a==1"), ("x/requirements.txt", "b==2")], "pypi/a", "a 1 requirements.txt:1"),
        (&[("requirements.txt", "a>=1"), ("x/y/requirements.txt", "a==2")], "pypi/a", "a >=1 requirements.txt:1"),
        (
            &[
                ("x/Cargo.toml", "[dependencies]\na = '0.12'"),
                ("Cargo.lock", "[[package]]\nname='a'\nversion='0.11.0'\n[[package]]\nname='a'\nversion='0.12.3'"),
            ],
            "cargo/a",
            "a 0.12.3 Cargo.lock:6",
        ),
        (
            &[("requirements.txt", "a>=2"), ("poetry.lock", "[[package]]\nname='a'\nversion='1'")],
            "pypi/a",
            "a >=2 requirements.txt:1",
        ),
        (&[("requirements.txt", "a")], "pypi/a", ""),
        (&[("x/pom.xml", &child), ("pom.xml", &managed)], "maven/g:a", "a 2.0 x/pom.xml:1"),
        (
            &[("x/build.gradle", "api \"g:a:$v\""), ("gradle.properties", "v=3.1")],
            "maven/g:a",
            "a 3.1 gradle.properties:1",
        ),
        (&[("x/build.gradle", "api \"g:a:$v\"")], "maven/g:a", ""),
        (
            &[("x/Dockerfile", "FROM python:3.9"), ("x/pyproject.toml", "[project]\nrequires-python='>=3.8'")],
            "runtime/python",
            "python 3.9 x/Dockerfile:1",
        ),
    ] {
        let folders: Vec<Utf8PathBuf> = vec!["x".into(), "".into()];
        let known = shelf(files).known(&folders, package).map(|known| format!("{} {}", known.shown, known.at));
        assert_eq!(known.unwrap_or_default(), expected, "{files:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_survived(text in "\\PC{0,300}", odd in "[\\[\\]{}<>()\"'=:@,;~^|#$./\\\\ \n\ta-c0-2-]{0,300}") {
        let names = ["requirements.txt", "pyproject.toml", "poetry.lock", "Pipfile", "Pipfile.lock", "setup.py", "setup.cfg",
            ".python-version", "Dockerfile", "pom.xml", "build.gradle", "gradle.lockfile", "gradle.properties",
            "gradle/libs.versions.toml", "Cargo.toml", "Cargo.lock", "package.json", "package-lock.json", "yarn.lock",
            "pnpm-lock.yaml", "go.mod", "a.csproj", "packages.lock.json", "composer.json", "composer.lock", "Gemfile",
            "Gemfile.lock"];
        for name in names {
            prop_assert!(ALL.iter().any(|format| format.fits(name)), "{}", name);
            for text in [&text, &odd] {
                let source = Source::new(FileId(0), name, text.as_bytes().to_vec());
                for stated in read(name, &source).stated {
                    prop_assert!(source.text().get(stated.at.range()).is_some(), "{}: {:?}", name, stated);
                }
            }
        }
    }
}
