# Rscript remake.R SCRIPT ARGUMENTS...: runs a script expression by expression, so that what needs a package that isn't there fails alone. Packages that
# the script loads are loaded where they are installed; "missing PACKAGE" and "failed MESSAGE" name the rest.
given <- commandArgs(TRUE)
commandArgs <- function(trailingOnly = FALSE) given[-1]
library <- function(package, ...) {
  name <- as.character(substitute(package))
  if (!suppressWarnings(suppressMessages(base::require(name, character.only = TRUE, quietly = TRUE)))) cat("missing", name, "\n")
}
packageVersion <- function(pkg, ...) tryCatch(utils::packageVersion(pkg), error = function(e) "not installed")
for (expression in parse(given[1], keep.source = FALSE)) {
  tryCatch(eval(expression, globalenv()), error = function(e) cat("failed", gsub("\n", " ", conditionMessage(e)), "\n"))
}
