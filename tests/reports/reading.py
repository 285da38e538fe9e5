"""What a reader of a report gets to see, whatever its format."""

import io
import zipfile


def shown(name, data):
    """The text of a report; of a package, the text of all that is in it."""
    if name == "pdf":
        return data.decode("latin-1")
    if not data.startswith(b"PK"):
        return data.decode("utf-8")
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return "\n".join(shown(each, package.read(each)) for each in package.namelist())
