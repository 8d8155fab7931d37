-- Drivers by how risky they drive.
-- view: dashboard_risk_distribution  type: dashboard  route: /api/v1/admin/dashboard/risk-distribution  auth: bearer
-- store: shelf  key: dashboard_risk_distribution  due: 5m  fresh: 300s  tags: drivers

-- name: risk :one
select coalesce(sum(risk_score < 30), 0) as low,
       coalesce(sum(risk_score >= 30 and risk_score < 70), 0) as medium,
       coalesce(sum(risk_score >= 70), 0) as high
  from drivers;
