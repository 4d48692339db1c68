"""From a template and data to PDF and DOCX."""
