# Values of imputed.json: models of given imputations of the simulated patients of tests/oracles/data/datasets/sim_crlm286.csv, pooled by mice.
# Rscript imputed.R DATASETS_DIR > imputed.json, then biome format --write imputed.json   (R 4.2.2; mice 3.15.0, survival 3.5-3, jsonlite 1.8.4)
suppressMessages({library(survival); library(mice); library(jsonlite)})
dir <- commandArgs(TRUE)[1]
d <- read.csv(file.path(dir, "sim_crlm286.csv"))
month <- 30.4375
d$t <- d$day / month
d$c <- ifelse(d$conv == 1, d$conv_day / month, NA)
d$c[!is.na(d$c) & d$c >= d$t] <- NA # on the day of the event: none
i <- seq_len(nrow(d)) - 1
no_nmet <- i %% 10 == 0
no_lncea <- i %% 7 == 3
# imputations that anyone can make again: of the age alone, and of the data set
sets <- lapply(1:5, function(k) {
  s <- d
  s$nmet[no_nmet] <- (1 + (7 * s$age + 13 * k) %% 9)[no_nmet]
  s$lncea[no_lncea] <- ((3 * s$age + 5 * k) %% 11 / 2)[no_lncea]
  s
})
pooled <- function(fits) {
  s <- pool(as.mira(fits))$pooled
  w <- summary(pool(as.mira(fits)), conf.int = TRUE)
  data.frame(term = as.character(s$term), coef = s$estimate, se = w$std.error, t = w$statistic, df = s$df, p = w$p.value,
             low = w[["2.5 %"]], high = w[["97.5 %"]], fmi = s$fmi)
}
rhs <- "age + rightside + ehd + nmet + lncea"
timed <- function(d) {
  early <- d; early$start <- 0; early$stop <- ifelse(is.na(d$c), d$t, d$c); early$x <- 0; early$e <- ifelse(is.na(d$c), d$event, 0)
  late <- d[!is.na(d$c), ]; late$start <- late$c; late$stop <- late$t; late$x <- 1; late$e <- late$event
  td <- rbind(early, late)
  td[td$stop > td$start, ]
}
landmark <- function(L, d) { k <- d[d$t > L, ]; k$x <- as.integer(!is.na(k$c) & k$c <= L); k$u <- k$t - L; k }
each <- function(f) pooled(lapply(sets, f))
cat(toJSON(list(
  logistic = each(function(s) glm(as.formula(paste("conv ~", rhs)), binomial, s, control = list(epsilon = 1e-14, maxit = 100))),
  cox = each(function(s) coxph(as.formula(paste("Surv(t, event) ~", rhs)), s, control = coxph.control(eps = 1e-14, iter.max = 100))),
  known = each(function(s) coxph(as.formula(paste("Surv(t, event) ~ male +", rhs)), s, control = coxph.control(eps = 1e-14, iter.max = 100))),
  timed = each(function(s) coxph(as.formula(paste("Surv(start, stop, e) ~ x +", rhs)), timed(s), control = coxph.control(eps = 1e-14, iter.max = 100))),
  landmarks = do.call(rbind, lapply(c(9, 6), function(L) each(function(s) coxph(as.formula(paste("Surv(u, event) ~ x +", rhs)), landmark(L, s), control = coxph.control(eps = 1e-14, iter.max = 100)))[1, ]))
), digits = NA, auto_unbox = TRUE), "\n")
