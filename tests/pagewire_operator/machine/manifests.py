"""Documents as a user writes them."""

APP = """
apiVersion: pagewire.dev/v1alpha1
kind: MessengerApp
metadata: {name: acme}
spec: {appId: "990000000000001", appSecretRefs: [{name: acme-app, key: app-secret}]}
"""
SECRETS = """
apiVersion: v1
kind: Secret
metadata: {name: acme-app}
stringData: {app-secret: s3cr3t-of-the-app}
---
apiVersion: v1
kind: Secret
metadata: {name: harbour-token}
stringData: {token: s3cr3t-of-the-page}
"""
TOKEN = """
apiVersion: pagewire.dev/v1alpha1
kind: AccessToken
metadata: {name: harbour}
spec:
  appRef: {name: acme}
  type: Page
  pageId: "108000000000001"
  from: {secretRef: {name: harbour-token, key: token}}
"""


def page(name: str = "harbour", number: int = 1, *, of: str = "harbour", policy: str = "Orphan", **more: str) -> str:
    lines = "".join(f"\n  {field}: {value}" for field, value in more.items())
    return f"""
apiVersion: pagewire.dev/v1alpha1
kind: MessengerPage
metadata: {{name: {name}}}
spec:
  appRef: {{name: acme}}
  pageId: "{108000000000000 + number}"
  tokenRef: {{name: {of}}}
  deletionPolicy: {policy}
  subscribedFields: [messages]{lines}
"""


def whole(policy: str = "Orphan") -> str:
    """Everything a Page needs."""
    return "\n---\n".join((SECRETS, APP, TOKEN, page(policy=policy)))
