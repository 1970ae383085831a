"""The files of /v1/exports as linked data: a catalogue in the words of schema.org and DCAT."""

from __future__ import annotations

from typing import Any

from app.exporting.export_index import MEDIA_TYPES, PACKAGE, Entry, Index

Json = dict[str, Any]

CONTEXT: list[Any] = [
    "https://schema.org",
    {
        "dcat": "http://www.w3.org/ns/dcat#",
        "dct": "http://purl.org/dc/terms/",
        "spdx": "http://spdx.org/rdf/terms#",
    },
]
SHA256 = {"@id": "spdx:checksumAlgorithm_sha256"}
IANA = "https://www.iana.org/assignments/media-types/"
OF_DATA = frozenset({"parquet", "csv", "ndjson", "zip"})


def linked_data(index: Index, root: str) -> Json:
    """Return the catalogue. Each dataset is one thing with the types of both vocabularies."""
    named: dict[str, list[Entry]] = {}
    for entry in index.entries:
        if entry.format in OF_DATA:
            named.setdefault(entry.dataset or PACKAGE, []).append(entry)
    datasets = [_dataset(name, entries, index, root) for name, entries in named.items()]
    return {
        "@context": CONTEXT,
        "@type": ["DataCatalog", "dcat:Catalog"],
        "@id": root,
        "url": root,
        "name": "Occupations: files of whole datasets",
        "version": index.data_version,
        "dateModified": index.created_at,
        "dct:modified": index.created_at,
        "dataset": datasets,
        "dcat:dataset": [{"@id": one["@id"]} for one in datasets],
    }


def _dataset(name: str, entries: list[Entry], index: Index, root: str) -> Json:
    first = entries[0]
    terms = index.licences_of(first)
    rows = f"{first.rows or 0:,}"
    whole = name == PACKAGE
    licences = sorted({one.url for one in terms})
    publishers = list(dict.fromkeys(one.publisher for one in terms))
    what = "every dataset of this API in one data package" if whole else f"the dataset {name}"
    title = "Occupations: all datasets" if whole else f"Occupations: {name.replace('_', ' ')}"
    releases = ", ".join(first.releases)
    return {
        "@type": ["Dataset", "dcat:Dataset"],
        "@id": f"{root}#{name}",
        "name": title,
        "dct:title": title,
        "description": f"{rows} rows: {what}, from the releases {releases}. "
        f"{root}/datapackage.json describes each field.",
        "identifier": f"{name}-{index.data_version}",
        "version": index.data_version,
        "dateModified": first.created_at,
        "license": licences,
        "dct:license": [{"@id": url} for url in licences],
        "creator": [{"@type": "Organization", "name": one} for one in publishers],
        "creditText": " ".join(one.attribution for one in terms),
        "isAccessibleForFree": True,
        "distribution": [_distribution(one, root) for one in entries],
        "dcat:distribution": [{"@id": f"{root}/{one.name}"} for one in entries],
    }


def _distribution(entry: Entry, root: str) -> Json:
    url = f"{root}/{entry.name}"
    media_type = MEDIA_TYPES[entry.format].partition(";")[0]
    return {
        "@type": ["DataDownload", "dcat:Distribution"],
        "@id": url,
        "name": entry.newest,
        "contentUrl": url,
        "encodingFormat": media_type,
        "contentSize": str(entry.bytes),
        "sha256": entry.digest,
        "dcat:downloadURL": {"@id": url},
        "dcat:mediaType": {"@id": IANA + media_type},
        "dcat:byteSize": entry.bytes,
        "spdx:checksum": {"spdx:algorithm": SHA256, "spdx:checksumValue": entry.digest},
    }
