"""What a reader of a report gets to see, whatever its format."""

import io
import zipfile

AS_THEY_CAME = {
    "docProps/thumbnail.jpeg",
    "word/fontTable.xml",
    "word/numbering.xml",
    "word/settings.xml",
    "word/styles.xml",
    "word/stylesWithEffects.xml",
    "word/theme/theme1.xml",
    "word/webSettings.xml",
}
"""Parts of a Word document that no report writes to."""


def shown(name, data):
    """The text of a report; of a package, the text of all that is in it."""
    if name == "pdf":
        return repr(data)
    if not data.startswith(b"PK"):
        return data.decode("utf-8")
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        names = [each for each in package.namelist() if each not in AS_THEY_CAME]
        return "\n".join(shown(each, package.read(each)) for each in names)
