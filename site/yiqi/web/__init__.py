"""What all pages share and no feature owns: headers, guards, errors, formats, forms, htmx."""
