# The production image: one for web, worker and beat; compose.yaml says which it becomes.
FROM python:3.13-slim AS packages
RUN python -m venv /srv/venv
COPY requirements.txt /tmp/
RUN /srv/venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /tmp/requirements.txt

FROM python:3.13-slim
ENV PATH=/srv/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DEBUG=0
RUN useradd --system --create-home --home-dir /srv/steadyback steadyback
WORKDIR /srv/steadyback
COPY --from=packages /srv/venv /srv/venv
COPY --chown=steadyback manage.py package.json ./
COPY --chown=steadyback portal portal
COPY --chown=steadyback routines routines
COPY --chown=steadyback clients clients
COPY --chown=steadyback templates templates
USER steadyback
# Collected with settings that nothing is asked of, then compressed once, here.
RUN SECRET_KEY=build ALLOWED_HOSTS=build DATABASE_URL=sqlite:// REDIS_URL=redis://build EMAIL_URL=smtp://build \
    python manage.py collectstatic --no-input && python -m whitenoise.compress --quiet .local/static
EXPOSE 8000
CMD ["python", "manage.py", "serve", "web"]
