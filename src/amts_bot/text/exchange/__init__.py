"""Units that wait for people, as files of translation tools."""
