"""Reasons of a report as an organisation reads them in a letter of return: what is wrong, and what to send instead.

Full sentences in Latvian, the language of the letters; every reason code has them. Names stand in them as far as a
letter can print them; personal codes never do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from docgen.model.certificates import mask_codes
from docgen.model.reasons import ReasonCode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from docgen.model.reasons import Reason

__all__ = ["SENTENCES", "VARIANTS", "sentences_of"]

_LONGEST_NAME = 120
_SIGN_AS_PDF = "Lūdzam parakstīt vēstuli kā PDF dokumentu un iesniegt to PDF datnē."
_AS_SIGNED = "Lūdzam iesniegt datni tieši tādu, kāda tā saglabāta pēc parakstīšanas, vai parakstīt vēstuli no jauna."
_VALID_CERTIFICATE = "Lūdzam parakstīt vēstuli no jauna ar derīgu sertifikātu, pievienojot kvalificētu laika zīmogu."
_QUALIFIED = "Lūdzam parakstīt vēstuli ar drošu elektronisko parakstu, piemēram, ar eParaksts mobile vai eID karti."
_NEW_STAMP = "Lūdzam parakstīt vēstuli vēlreiz, pievienojot kvalificētu laika zīmogu."
_NOTHING_TO_DO = "Šajā ziņā no organizācijas nekas nav vajadzīgs."

# code -> what is wrong, what to do. {name} stands for the person of the reason; without one the brackets fall away.
SENTENCES: Mapping[ReasonCode, tuple[str, str]] = {
    ReasonCode.TYPE: (
        "Iesniegtā datne nav PDF dokuments.",
        "Lūdzam iesniegt vēstuli PDF datnē, kas parakstīta ar drošu elektronisko parakstu.",
    ),
    ReasonCode.SIZE: (
        "Iesniegtā datne ir lielāka, nekā iespējams pieņemt.",
        "Lūdzam iesniegt vēstuli mazākā datnē, bez skenētām lappusēm un attēliem.",
    ),
    ReasonCode.PARSE: (
        "Iesniegtā datne ir bojāta vai veidota tā, ka to var nolasīt dažādi.",
        (
            "Lūdzam sagatavot vēstuli no jauna, parakstīt to un iesniegt datni tieši tādu, kāda tā saglabāta "
            "pēc parakstīšanas."
        ),
    ),
    ReasonCode.ENCRYPTED: (
        "Iesniegtā datne ir aizsargāta ar paroli.",
        "Lūdzam iesniegt vēstuli datnē bez paroles un citiem ierobežojumiem.",
    ),
    ReasonCode.LIMIT: (
        "Iesniegtajā datnē ir vairāk lappušu vai citu datu, nekā vēstulē iespējams pārbaudīt.",
        "Lūdzam iesniegt pašu vēstuli atsevišķi, bez apjomīgiem pielikumiem tajā pašā datnē.",
    ),
    ReasonCode.UNSUPPORTED: (
        "Vēstule iesniegta tādā formātā, kurā parakstus šeit nevar pārbaudīt.",
        _SIGN_AS_PDF,
    ),
    ReasonCode.UNSIGNED: (
        "Vēstule nav parakstīta ar elektronisko parakstu.",
        "Lūdzam parakstīt vēstuli ar drošu elektronisko parakstu, pievienojot laika zīmogu.",
    ),
    ReasonCode.COVERAGE: (
        "Elektroniskais paraksts neaptver visu vēstules datni.",
        "Lūdzam parakstīt vēstuli no jauna un pēc parakstīšanas datni vairs nemainīt.",
    ),
    ReasonCode.CMS: (
        "Elektroniskais paraksts ir bojāts vai neatbilst standartam.",
        "Lūdzam parakstīt vēstuli no jauna ar drošu elektronisko parakstu.",
    ),
    ReasonCode.CRYPTO: (
        "Elektroniskais paraksts neatbilst datnes saturam: tas nav dokuments, kurš tika parakstīts.",
        _AS_SIGNED,
    ),
    ReasonCode.ALG: (
        "Elektroniskais paraksts balstās uz algoritmu vai atslēgu, kas vairs nav pietiekami droši.",
        "Lūdzam parakstīt vēstuli no jauna ar pašlaik derīgu sertifikātu.",
    ),
    ReasonCode.CHANGED: ("Vēstule pēc parakstīšanas ir grozīta.", _AS_SIGNED),
    ReasonCode.CONTAINER: ("Parakstītais dokumentu konteiners nav izveidots pareizi.", _SIGN_AS_PDF),
    ReasonCode.XML: ("Parakstītajā datnē ir dati, kurus nevar droši nolasīt.", _SIGN_AS_PDF),
    ReasonCode.REVOKED: (
        "Parakstītāja sertifikāts ir atsaukts, un nav pierādījuma, ka vēstule parakstīta pirms tam.",
        _VALID_CERTIFICATE,
    ),
    ReasonCode.TRUST: (
        "Parakstītāja sertifikātu nav izsniedzis tāds uzticamības pakalpojumu sniedzējs, kura parakstus var atzīt.",
        _QUALIFIED,
    ),
    ReasonCode.TIME: (
        "Nav apstiprināms, ka paraksts izveidots laikā, kad parakstītāja sertifikāts bija derīgs.",
        _VALID_CERTIFICATE,
    ),
    ReasonCode.NOT_QUALIFIED: ("Vēstules paraksts nav kvalificēts elektroniskais paraksts.", _QUALIFIED),
    ReasonCode.SEAL_ONLY: (
        "Vēstulei ir tikai organizācijas elektroniskais zīmogs, bet nav personas paraksta.",
        "Lūdzam iesniegt vēstuli, ko parakstījusi persona, kura ir tiesīga pārstāvēt organizāciju.",
    ),
    ReasonCode.QUALIFICATION_UNKNOWN: (
        "Nav bijis iespējams pārliecināties, vai paraksts un laika zīmogs ir kvalificēti.",
        "Lūdzam pārliecināties, ka vēstule parakstīta ar kvalificētu elektronisko parakstu un laika zīmogu.",
    ),
    ReasonCode.REVOCATION_UNKNOWN: (
        "Nav bijis iespējams pārliecināties, vai parakstītāja sertifikāts nav atsaukts.",
        "Lūdzam parakstīt vēstuli no jauna, parakstam pievienojot sertifikāta statusa datus.",
    ),
    ReasonCode.TRUST_MISSING: (
        "Paraksta pārbaudei vajadzīgie uzticamības dati sekretariātam nav bijuši pieejami.",
        _NOTHING_TO_DO,
    ),
    ReasonCode.TRUST_STALE: (
        "Paraksta pārbaudei vajadzīgie uzticamības dati sekretariātam ir bijuši novecojuši.",
        _NOTHING_TO_DO,
    ),
    ReasonCode.ACTIVE: (
        "Datnē ir aktīvs saturs (piemēram, skripti vai darbības), kāda vēstulē nedrīkst būt.",
        "Lūdzam iesniegt vēstuli kā vienkāršu PDF dokumentu bez skriptiem, veidlapām un pievienotām datnēm.",
    ),
    ReasonCode.CONTENT: (
        "Vēstulei pievienotie dati nesakrīt ar to, kas lasāms tās lappusēs.",
        "Lūdzam sagatavot vēstuli no jauna, nemainīt to citā programmā un pēc tam parakstīt.",
    ),
    ReasonCode.HIDDEN: (
        "Vēstulē ir slēpts teksts vai slēpti slāņi.",
        "Lūdzam iesniegt vēstuli, kurā ir redzams viss tās teksts.",
    ),
    ReasonCode.INCOMPLETE: (
        "Vēstulē nav visu vajadzīgo ziņu.",
        "Lūdzam papildināt vēstuli ar trūkstošajām ziņām un parakstīt to no jauna.",
    ),
    ReasonCode.IDENTITY: (
        "Vēstuli parakstījusi persona ({name}), kas vēstulē nav norādīta kā parakstītājs.",
        (
            "Lūdzam iesniegt vēstuli, kuru parakstījušas tajā norādītās personas, vai sagatavot to no jauna, "
            "norādot pareizos parakstītājus."
        ),
    ),
    ReasonCode.FOREIGN: (
        (
            "Vēstule nav sagatavota ar memoranda vēstuļu veidni vai vēlāk ir pārveidota, tāpēc tās saturs jāpārbauda "
            "atsevišķi."
        ),
        "Veidne nav obligāta, tomēr ar to sagatavotu vēstuli var reģistrēt ātrāk.",
    ),
    ReasonCode.STATE: (
        "Vēstulē paziņotais neatbilst reģistra datiem.",
        "Lūdzam pārbaudīt, vai organizācija ir pievienojusies memorandam un darbojas padomē.",
    ),
    ReasonCode.PARTIAL: (
        "Vēstuli nav parakstījusi kāda no tajā norādītajām personām ({name}).",
        "Lūdzam tai pašai datnei pievienot trūkstošo parakstu un iesniegt to atkārtoti.",
    ),
    ReasonCode.RIGHTS_UNKNOWN: (
        "Nav zināms, vai parakstītājs ({name}) ir tiesīgs pārstāvēt organizāciju.",
        "Lūdzam iesniegt dokumentu, kas apliecina pārstāvības tiesības.",
    ),
    ReasonCode.MANDATE: (
        "Nav iesniegts dokuments, ar ko parakstītājs ({name}) pilnvarots parakstīt vēstuli.",
        "Lūdzam pievienot pilnvaru vai lēmumu, kas ir spēkā un attiecas uz šo vēstuli.",
    ),
    ReasonCode.ORGANISATION: (
        "Saskaņā ar Uzņēmumu reģistra datiem organizācija ir izslēgta no reģistra vai tiek likvidēta.",
        "Lūdzam paskaidrot, kāds ir organizācijas statuss.",
    ),
    ReasonCode.REPLAY: ("Šī pati vēstule jau ir reģistrēta.", "Iesniegt to vēlreiz nav vajadzīgs."),
}

# The same, more exactly, by the sentence that the report has.
VARIANTS: Mapping[str, tuple[str, str]] = {
    "The file bears only a time stamp of the document; that is no signature.": (
        "Datnē ir tikai dokumenta laika zīmogs, bet nav paraksta.",
        SENTENCES[ReasonCode.UNSIGNED][1],
    ),
    "The signature has no time stamp, and the policy {policy} asks for one.": (
        "Parakstam nav laika zīmoga.",
        _NEW_STAMP,
    ),
    "The signature says that it was made in the future.": (
        "Parakstā norādīts laiks, kas vēl nav pienācis.",
        "Lūdzam pārbaudīt datora pulksteni un parakstīt vēstuli no jauna.",
    ),
    "The time stamp bears a time in the future.": ("Laika zīmogā norādīts laiks, kas vēl nav pienācis.", _NEW_STAMP),
    "The time stamp comes from an authority that is not in the trust data.": (
        "Laika zīmogu nav izsniedzis tāds uzticamības pakalpojumu sniedzējs, kura laika zīmogus var atzīt.",
        _NEW_STAMP,
    ),
    "The time stamp's own signature is broken.": ("Laika zīmogs ir bojāts.", _NEW_STAMP),
    "The time stamp was made over other data than this signature or document.": (
        "Laika zīmogs neattiecas uz šo parakstu.",
        _NEW_STAMP,
    ),
    "The certificate has expired, and nothing proves that the signature was made while it was valid.": (
        "Parakstītāja sertifikāta derīguma termiņš ir beidzies, un nav pierādījuma, ka vēstule parakstīta pirms tam.",
        _VALID_CERTIFICATE,
    ),
    "The signature is older than its certificate.": (
        "Parakstā norādītais laiks ir pirms sertifikāta derīguma sākuma.",
        _VALID_CERTIFICATE,
    ),
    "The certificate was not issued for signing documents.": (
        "Sertifikāts, ar kuru vēstule parakstīta, nav izsniegts dokumentu parakstīšanai.",
        _QUALIFIED,
    ),
    "signed by {signer}, named in the letter as {signatory}": (
        "Parakstītāja vārds parakstā ({name}) atšķiras no vēstulē norādītā.",
        "Lūdzam sagatavot vēstuli no jauna, norādot vārdu un uzvārdu tieši tā, kā tas ir sertifikātā.",
    ),
    "{organisation} is a member already, since {day}": (
        "Organizācija memorandam jau ir pievienojusies.",
        "Pievienoties vēlreiz nav vajadzīgs.",
    ),
    "{organisation} is no member on {day}": (
        "Organizācija vēstules saņemšanas dienā nebija pievienojusies memorandam.",
        "Ja organizācija vēlas pievienoties memorandam, lūdzam iesniegt pievienošanās vēstuli.",
    ),
    "{organisation} is no member on {day}, and only members take part in the council": (
        (
            "Padomē darbojas organizācijas, kas pievienojušās memorandam, bet organizācija vēstules saņemšanas dienā "
            "tam nebija pievienojusies."
        ),
        "Ja organizācija vēlas pievienoties memorandam, lūdzam iesniegt pievienošanās vēstuli.",
    ),
    "{organisation} does not take part in the council on {day}": (
        "Organizācija vēstules saņemšanas dienā nedarbojās padomē.",
        "Ja organizācija vēlas darboties padomē, lūdzam par to paziņot un norādīt pārstāvi.",
    ),
    "this memorandum is joined by a letter of accession, not through a delegate": (
        "Šim memorandam pievienojas ar pievienošanās vēstuli, nevis deleģējot pārstāvi.",
        "Lūdzam iesniegt pievienošanās vēstuli.",
    ),
}


def sentences_of(reasons: Iterable[Reason], can_print: Callable[[str], bool]) -> tuple[tuple[str, str], ...]:
    """Return what is wrong and what to do, once each, in the order of the reasons.

    `can_print` tells whether a letter can print a name; one that it cannot, or that holds a personal code, is left out.
    """
    return tuple(dict.fromkeys(_sentences(reason, can_print) for reason in reasons))


def _sentences(reason: Reason, can_print: Callable[[str], bool]) -> tuple[str, str]:
    text, remedy = VARIANTS.get(reason.message.text) or SENTENCES[reason.code]
    values = dict(reason.message.values)
    name = str(values.get("signer") or values.get("signatory") or "")
    if not name or len(name) > _LONGEST_NAME or mask_codes(name) != name or not can_print(name):
        return text.replace(" ({name})", ""), remedy
    return text.replace("{name}", name), remedy
