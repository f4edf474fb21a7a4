# Values of conversion.json, from the simulated patients of tests/oracles/data/datasets/sim_crlm286.csv.
# Rscript conversion.R DATASETS_DIR > conversion.json, then biome format --write conversion.json   (R 4.2.2; survival 3.5-3, glmnet 4.1-6, jsonlite 1.8.4)
suppressMessages({library(survival); library(glmnet); library(jsonlite)})
dir <- commandArgs(TRUE)[1]
d <- read.csv(file.path(dir, "sim_crlm286.csv"))
month <- 30.4375
d$t <- d$day / month
d$c <- ifelse(d$conv == 1, d$conv_day / month, NA)
d$c[!is.na(d$c) & d$c >= d$t] <- NA # on the day of the event: none
adjusters <- c("age", "rightside", "ehd", "nmet")
coefs <- function(fit) { s <- summary(fit)$coefficients; data.frame(coef = s[, "coef"], se = s[, "se(coef)"], p = s[, "Pr(>|z|)"], row.names = NULL) }

# time-dependent: (0, c] and (c, t]
early <- d; early$start <- 0; early$stop <- ifelse(is.na(d$c), d$t, d$c); early$x <- 0; early$e <- ifelse(is.na(d$c), d$event, 0)
late <- d[!is.na(d$c), ]; late$start <- late$c; late$stop <- late$t; late$x <- 1; late$e <- late$event
td <- rbind(early, late)
td <- td[td$stop > td$start, ]
plain <- coxph(Surv(start, stop, e) ~ x, td)
adjusted <- coxph(as.formula(paste("Surv(start, stop, e) ~ x +", paste(adjusters, collapse = " + "))), td)
landmark <- function(L) {
  k <- d[d$t > L, ]; k$x <- as.integer(!is.na(k$c) & k$c <= L); k$u <- k$t - L
  a <- coxph(as.formula(paste("Surv(u, event) ~ x +", paste(adjusters, collapse = " + "))), k)
  list(landmark = L, n = nrow(k), joined = sum(k$x), later = sum(!is.na(k$c) & k$c > L), events = sum(k$event),
       plain = coefs(coxph(Surv(u, event) ~ x, k))[1, ], adjusted = coefs(a)[1, ])
}
toRR <- function(h) (1 - 0.5^sqrt(h)) / (1 - 0.5^sqrt(1 / h)) # EValue::toRR.HR
threshold <- function(rr) { rr <- ifelse(rr < 1, 1 / rr, rr); rr + sqrt(rr * (rr - 1)) }
ci <- exp(confint(adjusted)["x", ])
hr <- unname(exp(coef(adjusted)["x"]))
nearest <- unname(if (hr < 1) ci[2] else ci[1])

# factors one by one and together
factors <- c("age", "male", "ecog", "bilobar", "lncea", "ehd")
categorical <- c("male", "bilobar", "ehd")
alone <- lapply(factors, function(f) {
  fit <- coxph(as.formula(paste("Surv(t, event) ~", f)), d)
  z <- cox.zph(fit, transform = "km", terms = FALSE, global = TRUE)$table
  stat <- if (f %in% categorical) survdiff(as.formula(paste("Surv(t, event) ~", f)), d)$chisq else unname(fit$score)
  list(factor = f, coef = unname(coef(fit)), se = sqrt(fit$var[1, 1]), statistic = stat, p = pchisq(stat, 1, lower.tail = FALSE), zph = z[1, "p"])
})
ps <- sapply(alone, function(x) x$p)
together <- coxph(as.formula(paste("Surv(t, event) ~", paste(factors, collapse = " + "))), d)
zph <- cox.zph(together, transform = "km", terms = TRUE, global = TRUE)$table

# the lasso's path on candidates
candidates <- c("age", "rightside", "ecog", "nmet", "lncea", "ehd", sprintf("g%03d", 1:12))
x <- as.matrix(d[, candidates])
net <- glmnet(x, Surv(d$t, d$event), family = "cox", thresh = 1e-14, maxit = 1e7)

# a model of sites 1 and 2, judged in the others
here <- d[d$site <= 2, ]; there <- d[d$site > 2, ]
fit <- coxph(Surv(t, event) ~ age + ehd + lncea, here)
lp <- function(z) as.vector(as.matrix(z[, c("age", "ehd", "lncea")]) %*% coef(fit))
centre <- mean(lp(here))
b <- basehaz(fit, centered = FALSE); b$hazard <- b$hazard * exp(centre)
last <- sort(here$t, decreasing = TRUE)[5]
grid <- sort(unique(c(seq(3, floor(last / 3) * 3, by = 3), c(12, 36, 60)[c(12, 36, 60) <= last])))
at <- sapply(grid, function(g) { h <- b$hazard[b$time <= g]; if (length(h) == 0) 0 else max(h) })
H <- approxfun(c(0, grid), c(0, at))
end <- max(grid)
there$lp <- lp(there); there$o <- as.integer(there$event == 1 & there$t <= end)
there$expected <- H(pmin(there$t, end)) * exp(there$lp - centre)
poisson <- glm(o ~ offset(log(expected)), family = poisson, data = there)
cc <- concordance(Surv(t, event) ~ lp, there, reverse = TRUE)
slope <- coxph(Surv(t, event) ~ lp, there)

out <- list(
  made = paste(R.version.string, "survival", packageVersion("survival"), "glmnet", packageVersion("glmnet")),
  timeDependent = list(n = nrow(d), plain = coefs(plain)[1, ], adjusted = coefs(adjusted)),
  eValues = list(hr = hr, nearest = nearest, rr = toRR(hr), rrNearest = toRR(nearest), estimate = threshold(toRR(hr)), limit = if (ci[1] <= 1 && ci[2] >= 1) 1 else threshold(toRR(nearest))),
  landmarks = lapply(c(9, 6, 12), landmark),
  factors = Map(function(a, q) c(a, list(adjusted = q)), alone, p.adjust(ps, "BH")),
  together = list(coefs = coefs(together), zph = unname(zph[, "p"]), names = rownames(zph)),
  lasso = list(candidates = candidates, lambda = net$lambda, beta = unname(as.matrix(net$beta))),
  validation = list(n = nrow(there), concordance = unname(cc$concordance), slope = unname(coef(slope)), intercept = unname(coef(poisson)), se = sqrt(vcov(poisson)[1, 1]),
                    observed = sum(there$o), expected = sum(there$expected), centre = centre, baseline = exp(-at), grid = grid)
)
cat(toJSON(out, auto_unbox = TRUE, digits = NA, dataframe = "rows"))
