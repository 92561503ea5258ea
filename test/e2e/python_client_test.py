"""What a program does with the official Python client: custom objects, typed objects, lists, watches, patches, errors.

Run by python_client_test.sh with KUBECONFIG set; every test has names of its own."""

import json
import threading
import time
import unittest

from kubernetes import client, config, dynamic, utils, watch
from kubernetes.client.rest import ApiException

GROUP, VERSION, PLURAL = "python.example.io", "v1", "gauges"
SPACE = "default"

DEFINITION = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": f"{PLURAL}.{GROUP}"},
    "spec": {
        "group": GROUP,
        "scope": "Namespaced",
        "names": {"plural": PLURAL, "singular": "gauge", "kind": "Gauge"},
        "versions": [{
            "name": VERSION,
            "served": True,
            "storage": True,
            "subresources": {"status": {}, "scale": {"specReplicasPath": ".spec.size", "statusReplicasPath": ".status.size"}},
            "schema": {"openAPIV3Schema": {
                "type": "object",
                "properties": {
                    "spec": {"type": "object", "properties": {"size": {"type": "integer", "minimum": 0, "default": 1},
                                                              "unit": {"type": "string"}}},
                    "status": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
                },
            }},
        }],
    },
}


def gauge(name, **spec):
    return {"apiVersion": f"{GROUP}/{VERSION}", "kind": "Gauge", "metadata": {"name": name}, "spec": spec}


def deployment(name, replicas=1):
    labels = {"app": name}
    return client.V1Deployment(
        metadata=client.V1ObjectMeta(name=name, labels=labels),
        spec=client.V1DeploymentSpec(
            replicas=replicas,
            selector=client.V1LabelSelector(match_labels=labels),
            template=client.V1PodTemplateSpec(
                metadata=client.V1ObjectMeta(labels=labels),
                spec=client.V1PodSpec(containers=[client.V1Container(
                    name="main", image="main:1", ports=[client.V1ContainerPort(container_port=80)])]))))


class ClientTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        config.load_kube_config()
        cls.core = client.CoreV1Api()
        cls.apps = client.AppsV1Api()
        cls.custom = client.CustomObjectsApi()
        definitions = client.ApiextensionsV1Api()
        definitions.create_custom_resource_definition(DEFINITION)
        for event in watch.Watch().stream(definitions.list_custom_resource_definition, timeout_seconds=10,
                                          field_selector=f"metadata.name={PLURAL}.{GROUP}"):
            conditions = event["object"].status.conditions or []
            if any(c.type == "Established" and c.status == "True" for c in conditions):
                return
        raise AssertionError("the definition is not established")

    def refused(self, status, reason, call, *arguments, **options):
        """The call fails with this status, and the body says why in a form that programs read."""
        with self.assertRaises(ApiException) as caught:
            call(*arguments, **options)
        self.assertEqual(caught.exception.status, status)
        body = json.loads(caught.exception.body)
        self.assertEqual((body["kind"], body["status"], body["reason"], body["code"]), ("Status", "Failure", reason, status))
        self.assertTrue(body["message"])
        return body

    def create(self, name, **spec):
        return self.custom.create_namespaced_custom_object(GROUP, VERSION, SPACE, PLURAL, gauge(name, **spec))

    def eventually_gone(self, call, *arguments):
        for _ in range(100):
            try:
                call(*arguments)
            except ApiException as error:
                self.assertEqual(error.status, 404)
                return
            time.sleep(0.05)
        self.fail("still there")

    def test_custom_objects_live(self):
        made = self.create("lives", unit="bar")
        self.assertEqual(made["spec"], {"size": 1, "unit": "bar"})
        self.refused(409, "AlreadyExists", self.create, "lives")
        one = (GROUP, VERSION, SPACE, PLURAL, "lives")
        patched = self.custom.patch_namespaced_custom_object(*one, {"spec": {"size": 3, "unit": None}})
        self.assertEqual(patched["spec"], {"size": 3})
        self.assertEqual(patched["metadata"]["generation"], 2)
        patched["spec"]["size"] = 4
        replaced = self.custom.replace_namespaced_custom_object(*one, patched)
        self.assertEqual(replaced["spec"]["size"], 4)
        self.refused(409, "Conflict", self.custom.replace_namespaced_custom_object, *one, patched)
        body = self.refused(422, "Invalid", self.custom.patch_namespaced_custom_object, *one, {"spec": {"size": -1}})
        self.assertEqual(body["details"]["causes"][0]["field"], "spec.size")
        status = self.custom.patch_namespaced_custom_object_status(*one, {"status": {"size": 2}, "spec": {"size": 9}})
        self.assertEqual((status["status"], status["spec"]["size"]), ({"size": 2}, 4))
        scale = self.custom.get_namespaced_custom_object_scale(*one)
        self.assertEqual((scale["kind"], scale["spec"]["replicas"], scale["status"]["replicas"]), ("Scale", 4, 2))
        deleted = self.custom.delete_namespaced_custom_object(*one)
        self.assertEqual(deleted["status"], "Success")
        self.refused(404, "NotFound", self.custom.get_namespaced_custom_object, *one)

    def test_json_patch_of_a_custom_object(self):
        self.create("json", size=2)
        patch = [{"op": "test", "path": "/spec/size", "value": 2}, {"op": "replace", "path": "/spec/size", "value": 5}]
        body = self.custom.api_client.call_api(
            f"/apis/{GROUP}/{VERSION}/namespaces/{SPACE}/{PLURAL}/json", "PATCH", body=patch, response_type="object",
            header_params={"Content-Type": "application/json-patch+json", "Accept": "application/json"},
            auth_settings=["BearerToken"], _return_http_data_only=True)
        self.assertEqual(body["spec"]["size"], 5)

    def test_lists_in_pages(self):
        names = [f"page-{i}" for i in range(7)]
        for name in names:
            self.core.create_namespaced_config_map(SPACE, {"metadata": {"name": name, "labels": {"pages": "yes"}}})
        page = self.core.list_namespaced_config_map(SPACE, label_selector="pages=yes", limit=3)
        version, seen = page.metadata.resource_version, [c.metadata.name for c in page.items]
        self.core.create_namespaced_config_map(SPACE, {"metadata": {"name": "page-a", "labels": {"pages": "yes"}}})
        while page.metadata._continue:
            page = self.core.list_namespaced_config_map(SPACE, label_selector="pages=yes", limit=3,
                                                        _continue=page.metadata._continue)
            self.assertEqual(page.metadata.resource_version, version)
            seen += [c.metadata.name for c in page.items]
        self.assertEqual(seen, names)
        self.refused(400, "BadRequest", self.core.list_namespaced_config_map, SPACE, _continue="nonsense")
        custom = self.custom.list_namespaced_custom_object(GROUP, VERSION, SPACE, PLURAL, limit=1)
        self.assertEqual(custom["kind"], "GaugeList")
        self.core.delete_collection_namespaced_config_map(SPACE, label_selector="pages=yes")
        self.assertEqual(self.core.list_namespaced_config_map(SPACE, label_selector="pages=yes").items, [])

    def test_watch_follows_a_list(self):
        begin = self.custom.list_namespaced_custom_object(GROUP, VERSION, SPACE, PLURAL)["metadata"]["resourceVersion"]

        def change():
            self.create("watched", size=1)
            one = (GROUP, VERSION, SPACE, PLURAL, "watched")
            self.custom.patch_namespaced_custom_object(*one, {"spec": {"size": 2}})
            self.custom.delete_namespaced_custom_object(*one)

        changer = threading.Thread(target=change)
        changer.start()
        seen, stream = [], watch.Watch()
        for event in stream.stream(self.custom.list_namespaced_custom_object, GROUP, VERSION, SPACE, PLURAL,
                                   resource_version=begin, timeout_seconds=10):
            if event["object"]["metadata"]["name"] != "watched":
                continue
            seen.append((event["type"], event["object"]["spec"]["size"]))
            if event["type"] == "DELETED":
                stream.stop()
        changer.join()
        self.assertEqual(seen, [("ADDED", 1), ("MODIFIED", 2), ("DELETED", 2)])

    def test_watch_ends_when_asked_to(self):
        begin = time.monotonic()
        list(watch.Watch().stream(self.core.list_namespaced_secret, SPACE, timeout_seconds=1))
        self.assertLess(time.monotonic() - begin, 5)

    def test_watch_from_long_ago(self):
        with self.assertRaises(ApiException) as caught:
            for _ in watch.Watch().stream(self.core.list_namespaced_service_account, SPACE, resource_version="1", timeout_seconds=5):
                pass
        self.assertEqual(caught.exception.status, 410)

    def test_deployments_are_typed(self):
        made = self.apps.create_namespaced_deployment(SPACE, deployment("typed", 2))
        self.assertEqual((made.spec.strategy.type, made.spec.strategy.rolling_update.max_surge), ("RollingUpdate", "25%"))
        self.assertEqual(made.spec.template.spec.containers[0].ports[0].protocol, "TCP")
        self.assertIsNotNone(made.metadata.creation_timestamp.tzinfo)
        strategic = {"spec": {"template": {"spec": {"containers": [{"name": "side", "image": "side:1"}]}}}}
        patched = self.apps.patch_namespaced_deployment("typed", SPACE, strategic)
        self.assertEqual({c.name: c.image for c in patched.spec.template.spec.containers}, {"main": "main:1", "side": "side:1"})
        scaled = self.apps.patch_namespaced_deployment_scale("typed", SPACE, {"spec": {"replicas": 5}})
        self.assertEqual((scaled.spec.replicas, scaled.status.selector), (5, "app=typed"))
        read = self.apps.read_namespaced_deployment("typed", SPACE)
        self.assertEqual(read.spec.replicas, 5)
        read.spec.selector.match_labels = {"app": "other"}
        self.refused(422, "Invalid", self.apps.replace_namespaced_deployment, "typed", SPACE, read)
        read = self.apps.read_namespaced_deployment_status("typed", SPACE)
        read.status.replicas = read.status.ready_replicas = 5
        self.assertEqual(self.apps.replace_namespaced_deployment_status("typed", SPACE, read).status.ready_replicas, 5)
        self.apps.delete_namespaced_deployment("typed", SPACE, propagation_policy="Background")
        self.eventually_gone(self.apps.read_namespaced_deployment, "typed", SPACE)

    def test_other_workloads_are_typed(self):
        template = deployment("x").spec.template
        spec = dict(selector=client.V1LabelSelector(match_labels={"app": "x"}), template=template)
        self.apps.create_namespaced_stateful_set(SPACE, client.V1StatefulSet(
            metadata=client.V1ObjectMeta(name="s"), spec=client.V1StatefulSetSpec(service_name="s", **spec)))
        self.apps.create_namespaced_daemon_set(SPACE, client.V1DaemonSet(
            metadata=client.V1ObjectMeta(name="d"), spec=client.V1DaemonSetSpec(**spec)))
        self.assertEqual(self.apps.read_namespaced_stateful_set("s", SPACE).spec.pod_management_policy, "OrderedReady")
        self.assertEqual(self.apps.read_namespaced_daemon_set("d", SPACE).spec.update_strategy.type, "RollingUpdate")
        self.assertEqual([s.metadata.name for s in self.apps.list_stateful_set_for_all_namespaces().items], ["s"])

    def test_core_kinds_are_typed(self):
        self.core.create_namespace(client.V1Namespace(metadata=client.V1ObjectMeta(name="typed")))
        secret = self.core.create_namespaced_secret("typed", client.V1Secret(
            metadata=client.V1ObjectMeta(generate_name="s-"), string_data={"k": "v"}))
        self.assertRegex(secret.metadata.name, "^s-[a-z0-9]{5}$")
        self.assertEqual(secret.data, {"k": "dg=="})
        service = self.core.create_namespaced_service("typed", client.V1Service(
            metadata=client.V1ObjectMeta(name="s"),
            spec=client.V1ServiceSpec(selector={"a": "b"}, ports=[client.V1ServicePort(port=80, target_port="http")])))
        self.assertTrue(service.spec.cluster_ip)
        pod = self.core.create_namespaced_pod("typed", client.V1Pod(
            metadata=client.V1ObjectMeta(name="p"), spec=client.V1PodSpec(containers=[client.V1Container(name="c", image="i")])))
        self.assertEqual((pod.status.phase, pod.spec.restart_policy), ("Pending", "Always"))
        self.refused(400, "BadRequest", self.core.read_namespaced_pod_log, "p", "typed")
        node = self.core.create_node(client.V1Node(metadata=client.V1ObjectMeta(name="python")))
        self.assertEqual(node.metadata.name, "python")
        self.core.create_namespaced_service_account("typed", client.V1ServiceAccount(metadata=client.V1ObjectMeta(name="a")))
        token = self.core.create_namespaced_service_account_token("a", "typed", client.AuthenticationV1TokenRequest(
            spec=client.V1TokenRequestSpec(audiences=[], expiration_seconds=600)))
        self.assertEqual(token.status.token.count("."), 2)
        self.core.delete_namespace("typed")
        self.eventually_gone(self.core.read_namespace, "typed")

    def test_merge_patch_of_a_built_in_kind(self):
        self.core.create_namespaced_config_map(SPACE, {"metadata": {"name": "merged"}, "data": {"a": "1", "b": "2"}})
        patched = self.core.patch_namespaced_config_map("merged", SPACE, {"data": {"a": None, "c": "3"}})
        self.assertEqual(patched.data, {"b": "2", "c": "3"})
        patched = self.core.patch_namespaced_config_map("merged", SPACE, [{"op": "remove", "path": "/data/b"}])
        self.assertEqual(patched.data, {"c": "3"})
        dry = self.core.patch_namespaced_config_map("merged", SPACE, {"data": {"c": "4"}}, dry_run="All")
        self.assertEqual(dry.data, {"c": "4"})
        self.assertEqual(self.core.read_namespaced_config_map("merged", SPACE).data, {"c": "3"})

    def test_deletion_propagates(self):
        for policy, stays in (("Foreground", False), ("Background", False), ("Orphan", True)):
            owner = self.core.create_namespaced_config_map(SPACE, {"metadata": {"name": "owner"}})
            reference = client.V1OwnerReference(api_version="v1", kind="ConfigMap", name="owner", uid=owner.metadata.uid,
                                                block_owner_deletion=True)
            name = f"owned-{policy.lower()}"
            self.core.create_namespaced_config_map(SPACE, client.V1ConfigMap(
                metadata=client.V1ObjectMeta(name=name, owner_references=[reference])))
            self.core.delete_namespaced_config_map("owner", SPACE, propagation_policy=policy)
            self.eventually_gone(self.core.read_namespaced_config_map, "owner", SPACE)
            if stays:
                self.assertIsNone(self.core.read_namespaced_config_map(name, SPACE).metadata.owner_references)
            else:
                self.eventually_gone(self.core.read_namespaced_config_map, name, SPACE)

    def test_preconditions_and_finalizers(self):
        made = self.core.create_namespaced_config_map(SPACE, client.V1ConfigMap(
            metadata=client.V1ObjectMeta(name="held", finalizers=["example.io/wait"])))
        wrong = client.V1DeleteOptions(preconditions=client.V1Preconditions(uid="00000000-0000-0000-0000-000000000000"))
        self.refused(409, "Conflict", self.core.delete_namespaced_config_map, "held", SPACE, body=wrong)
        self.core.delete_namespaced_config_map("held", SPACE, body=client.V1DeleteOptions(
            preconditions=client.V1Preconditions(uid=made.metadata.uid, resource_version=made.metadata.resource_version)))
        held = self.core.read_namespaced_config_map("held", SPACE)
        self.assertIsNotNone(held.metadata.deletion_timestamp)
        self.core.patch_namespaced_config_map("held", SPACE, {"metadata": {"finalizers": None}})
        self.refused(404, "NotFound", self.core.read_namespaced_config_map, "held", SPACE)

    def test_dynamic_client(self):
        cluster = dynamic.DynamicClient(client.ApiClient())
        gauges = cluster.resources.get(api_version=f"{GROUP}/{VERSION}", kind="Gauge")
        made = gauges.create(body=gauge("dynamic", size=6), namespace=SPACE)
        self.assertEqual(made.spec.size, 6)
        self.assertIn("dynamic", [g.metadata.name for g in gauges.get(namespace=SPACE).items])
        gauges.patch(body=gauge("dynamic", size=7), namespace=SPACE, content_type="application/merge-patch+json")
        self.assertEqual(gauges.get(name="dynamic", namespace=SPACE).spec.size, 7)
        gauges.delete(name="dynamic", namespace=SPACE)
        self.assertEqual(cluster.resources.get(api_version="apps/v1", kind="Deployment").name, "deployments")

    def test_create_from_a_manifest(self):
        utils.create_from_dict(client.ApiClient(), {
            "apiVersion": "v1", "kind": "List", "items": [
                {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "from-manifest"}},
                {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "from-manifest"}, "spec": {"template": {
                    "spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": "i"}]}}}}]})
        job = client.BatchV1Api().read_namespaced_job("from-manifest", SPACE)
        self.assertEqual((job.spec.parallelism, job.spec.backoff_limit), (1, 6))

    def test_errors_parse(self):
        body = self.refused(404, "NotFound", self.core.read_namespaced_pod, "nobody", SPACE)
        self.assertEqual(body["details"], {"name": "nobody", "kind": "pods"})
        self.assertEqual(body["message"], 'pods "nobody" not found')
        body = self.refused(422, "Invalid", self.core.create_namespaced_service, SPACE,
                            {"metadata": {"name": "bad"}, "spec": {"type": "Odd", "ports": [{"port": 0}]}})
        self.assertIn("spec.type", [c["field"] for c in body["details"]["causes"]])
        self.refused(400, "BadRequest", self.core.list_namespaced_pod, SPACE, label_selector="a in (")
        anonymous = client.Configuration.get_default_copy()
        anonymous.api_key = {}
        anonymous.cert_file = anonymous.key_file = None
        self.refused(401, "Unauthorized", client.CoreV1Api(client.ApiClient(anonymous)).list_namespace)

    def test_discovery_and_reviews(self):
        self.assertIn("apps", [g.name for g in client.ApisApi().get_api_versions().groups])
        self.assertEqual(client.VersionApi().get_code().major, "1")
        review = client.AuthorizationV1Api().create_self_subject_access_review(client.V1SelfSubjectAccessReview(
            spec=client.V1SelfSubjectAccessReviewSpec(
                resource_attributes=client.V1ResourceAttributes(verb="create", resource="pods"))))
        self.assertTrue(review.status.allowed)


if __name__ == "__main__":
    unittest.main()
