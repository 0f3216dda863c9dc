"""Lists as organizers bring and take them: imports tried out first, exports, the sheet to sign."""
