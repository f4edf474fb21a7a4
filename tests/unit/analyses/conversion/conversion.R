# Values that the tests of table-one, logistic, association-scan and oncoprint are held against.
# Rscript conversion.R in this folder writes patients.csv, alterations.csv and expected.json anew. R 4.2 and its stats package only.
set.seed(286)
glm <- function(...) stats::glm(..., control = glm.control(epsilon = 1e-14, maxit = 100))
n <- 220
group <- sample(c("FCTG", "SCTG", ""), n, TRUE, c(0.55, 0.40, 0.05))
age <- round(rnorm(n, 58, 10))
side <- sample(c("right", "left", "rectum"), n, TRUE, c(0.25, 0.37, 0.38))
grade <- sample(c("well", "moderate", "poor", ""), n, TRUE, c(0.1, 0.6, 0.2, 0.1))
cea <- round(exp(rnorm(n, log(35), 1.7)), 1)
cea.text <- ifelse(cea > 1000, ">1000", ifelse(cea < 2, "<2", format(cea, trim = TRUE, nsmall = 1)))
cea.text[sample(n, 9)] <- ""
tbs <- round(sqrt(exp(rnorm(n, log(4.2), 0.55))^2 + (1 + floor(exp(rnorm(n, 1.4, 0.85))))^2), 2)
tbs[sample(n, 8)] <- NA
rare <- ifelse(group == "SCTG", "no", sample(c("yes", "no"), n, TRUE, c(0.12, 0.88))) # separates
panel <- sample(c("v1", "v2"), n, TRUE)
panels <- list(v1 = c("APC", "KRAS", "TP53", "SMAD4", "PTEN", "AMER1"), v2 = c("APC", "KRAS", "TP53", "PIK3CA", "PTEN", "AMER1"))
share <- c(APC = 0.6, KRAS = 0.4, TP53 = 0.5, SMAD4 = 0.2, PIK3CA = 0.25, PTEN = 0.02, AMER1 = 0.12)
odds <- c(APC = 0, KRAS = -0.9, TP53 = 0, SMAD4 = -1, PIK3CA = 0, PTEN = 0, AMER1 = 0)
altered <- sapply(names(share), function(g) {
  p <- plogis(qlogis(share[g]) + ifelse(group == "SCTG", odds[g], 0))
  hit <- runif(n) < p
  if (g == "TP53") hit <- hit & !(runif(n) < 0.3)
  ifelse(sapply(panel, function(v) g %in% panels[[v]]), hit, NA)
})
id <- sprintf("p%03d", 1:n)
patients <- data.frame(id, specimen = paste0(id, "-1"), panel, group, age, side, grade, cea = cea.text, tbs, rare)
write.csv(patients, "patients.csv", row.names = FALSE, quote = FALSE, na = "")
classes <- c("Missense_Mutation", "Nonsense_Mutation", "Frame_Shift_Del", "Splice_Site", "In_Frame_Del")
rows <- do.call(rbind, lapply(colnames(altered), function(g) {
  who <- which(altered[, g])
  data.frame(specimen = paste0(id[who], "-1"), gene = g, class = sample(classes, length(who), TRUE))
}))
write.csv(rows, "alterations.csv", row.names = FALSE, quote = FALSE)

# what is analysed: >1000 is no number, <2 stands as 1
number <- suppressWarnings(as.numeric(ifelse(cea.text == "<2", "1", cea.text)))
known <- group != ""
y <- as.integer(group == "SCTG")
d <- data.frame(y, age, side = factor(side, c("right", "left", "rectum")), grade = factor(ifelse(grade == "", NA, grade), c("well", "moderate", "poor")),
  cea = number, log2cea = log2(number), tbs, rare = as.integer(rare == "yes"), kras = as.integer(altered[, "KRAS"]))[known, ]
a <- altered[known, ]
out <- list(r = R.version.string)

# table one
smd <- function(x, g) { m <- tapply(x, g, mean, na.rm = TRUE); v <- tapply(x, g, var, na.rm = TRUE); unname(abs(diff(m)) / sqrt(mean(v))) }
out$table <- list(
  n = as.vector(table(d$y)),
  age = list(wilcoxon = wilcox.test(age ~ y, d, exact = FALSE)$p.value, welch = t.test(age ~ y, d)$p.value, smd = smd(d$age, d$y)),
  cea = list(wilcoxon = wilcox.test(cea ~ y, d, exact = FALSE)$p.value, median = as.vector(tapply(d$cea, d$y, median, na.rm = TRUE)),
    q1 = as.vector(tapply(d$cea, d$y, quantile, 0.25, na.rm = TRUE)), q3 = as.vector(tapply(d$cea, d$y, quantile, 0.75, na.rm = TRUE)),
    above = as.vector(table(factor(cea.text[known] == ">1000", c(FALSE, TRUE)), d$y)[2, ]),
    below = as.vector(table(factor(cea.text[known] == "<2", c(FALSE, TRUE)), d$y)[2, ]),
    missing = as.vector(table(factor(cea.text[known] == "", c(FALSE, TRUE)), d$y)[2, ])),
  side = chisq.test(table(d$side, d$y), correct = FALSE)$p.value,
  grade = chisq.test(table(d$grade, d$y), correct = FALSE)$p.value,
  rare = fisher.test(table(d$rare, d$y))$p.value,
  ageBySide = kruskal.test(age ~ side, d)$p.value,
  share = as.vector(binom.test(sum(d$kras), nrow(d))$conf.int))

# one by one, and together
fit.one <- function(f) {
  m <- glm(as.formula(paste("y ~", f)), binomial, d)
  m0 <- glm(y ~ 1, binomial, model.frame(m))
  s <- coef(summary(m))[-1, , drop = FALSE]
  list(n = nobs(m), or = unname(exp(s[, 1])), low = unname(exp(s[, 1] - qnorm(0.975) * s[, 2])), high = unname(exp(s[, 1] + qnorm(0.975) * s[, 2])),
    wald = unname(s[, 4]), lr = pchisq(m0$deviance - m$deviance, length(coef(m)) - 1, lower.tail = FALSE))
}
factors <- c("age", "side", "grade", "cea", "log2cea", "tbs", "kras")
out$one <- setNames(lapply(factors, fit.one), factors)
separated <- suppressWarnings(glm(y ~ rare, binomial, d))
p.rare <- pchisq(separated$null.deviance - separated$deviance, 1, lower.tail = FALSE)
out$rare <- list(lr = p.rare)
out$oneAdjusted <- p.adjust(c(sapply(out$one, `[[`, "lr"), rare = p.rare), "BH")
m <- glm(y ~ age + side + log2cea + tbs + kras, binomial, d)
s <- coef(summary(m))[-1, ]
out$together <- list(n = nobs(m), or = unname(exp(s[, 1])), low = unname(exp(s[, 1] - qnorm(0.975) * s[, 2])), high = unname(exp(s[, 1] + qnorm(0.975) * s[, 2])), wald = unname(s[, 4]))

# does it bend: restricted cubic spline with four knots (Harrell's places), in place of the line
rcs <- function(x) {
  t <- quantile(x, c(0.05, 0.35, 0.65, 0.95)); k <- length(t); c3 <- function(u) pmax(u, 0)^3
  cbind(x, sapply(1:(k - 2), function(j) (c3(x - t[j]) - c3(x - t[k - 1]) * (t[k] - t[j]) / (t[k] - t[k - 1]) + c3(x - t[k]) * (t[k - 1] - t[j]) / (t[k] - t[k - 1])) / (t[k] - t[1])^2))
}
full <- na.omit(d[, c("y", "age", "side", "log2cea", "tbs", "kras")])
bend <- function(v) {
  others <- setdiff(c("age", "side", "log2cea", "tbs", "kras"), v)
  b <- glm(as.formula(paste("y ~ rcs(", v, ") +", paste(others, collapse = "+"))), binomial, full)
  l <- glm(as.formula(paste("y ~", v, "+", paste(others, collapse = "+"))), binomial, full)
  pchisq(l$deviance - b$deviance, 2, lower.tail = FALSE)
}
out$bend <- list(age = bend("age"), log2cea = bend("log2cea"), tbs = bend("tbs"))

# genes: covered only; ten carriers or more
scan <- function(x, ten = TRUE) {
  ok <- !is.na(x)
  if (ten && sum(x[ok]) < 10) return(NULL)
  f <- fisher.test(table(factor(x[ok], c(TRUE, FALSE)), factor(d$y[ok], c(1, 0))), control = list())
  full <- ok & !is.na(d$tbs)
  m1 <- glm(y ~ tbs + x, binomial, data.frame(y = d$y, tbs = d$tbs, x = x)[full, ])
  m0 <- glm(y ~ tbs, binomial, data.frame(y = d$y, tbs = d$tbs)[full, ])
  list(altered = sum(x[ok]), covered = sum(ok), withOutcome = sum(x[ok] & d$y[ok] == 1), coveredWith = sum(d$y[ok] == 1), p = f$p.value,
    modelN = sum(full), modelOr = unname(exp(coef(m1)[3])), modelP = pchisq(m0$deviance - m1$deviance, 1, lower.tail = FALSE))
}
genes <- Filter(Negate(is.null), apply(a, 2, scan, simplify = FALSE))
out$genes <- genes
out$genesAdjusted <- p.adjust(sapply(genes, `[[`, "p"), "BH")
out$genesModelAdjusted <- p.adjust(sapply(genes, `[[`, "modelP"), "BH")
# pathways of the genes that both panels list
any.of <- function(g) apply(a[, g, drop = FALSE], 1, any)
paths <- list("RTK-RAS" = any.of("KRAS"), TP53 = any.of("TP53"), Wnt = any.of(c("APC", "AMER1")))
paths <- lapply(paths, scan)
out$pathways <- paths
out$pathwaysAdjusted <- p.adjust(sapply(paths, `[[`, "p"), "BH")

# pairs: both covered, everybody sequenced
g <- c("APC", "TP53", "KRAS", "PIK3CA", "SMAD4", "AMER1")
pairs <- combn(g, 2, simplify = FALSE)
two <- lapply(pairs, function(q) {
  x <- altered[, q[1]]; z <- altered[, q[2]]; ok <- !is.na(x) & !is.na(z)
  if (!any(ok)) return(NULL)
  f <- fisher.test(table(factor(x[ok], c(TRUE, FALSE)), factor(z[ok], c(TRUE, FALSE))))
  list(first = q[1], second = q[2], both = sum(x[ok] & z[ok]), n = sum(ok), p = f$p.value, or = unname(f$estimate))
})
two <- Filter(Negate(is.null), two)
adjusted <- p.adjust(sapply(two, `[[`, "p"), "BH")
out$pairs <- Map(function(q, p) c(q, adjusted = p), two, adjusted)

json <- function(x) {
  if (is.list(x) && !is.null(names(x))) paste0("{", paste0("\"", names(x), "\":", sapply(x, json), collapse = ","), "}")
  else if (is.list(x)) paste0("[", paste(sapply(x, json), collapse = ","), "]")
  else if (!is.null(names(x)) && length(x) > 1) json(as.list(x))
  else { v <- if (is.character(x)) paste0("\"", x, "\"") else format(x, digits = 15, trim = TRUE); if (length(x) == 1) v else paste0("[", paste(v, collapse = ","), "]") }
}
writeLines(json(out), "expected.json")
