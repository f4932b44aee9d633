"""What was typed -> a tree of what is asked, and the problems met. No archive is needed to read a query."""
