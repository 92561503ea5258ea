// Types of the API: volumes, claims and projections. The notation is described in type_text.hpp.
#include "operator/apiserver/type_text.hpp"

namespace kyma::apiserver::type_text {

const std::string_view kVolumeTypes = R"types(
package io.k8s.api.core.v1
AWSElasticBlockStoreVolumeSource
1 volumeID text
2 fsType text
3 partition int
4 readOnly bool
AzureDiskVolumeSource
1 diskName text
2 diskURI text
3 cachingMode text*
4 fsType text*
5 readOnly bool*
6 kind text*
AzureFilePersistentVolumeSource
1 secretName text
2 shareName text
3 readOnly bool
4 secretNamespace text*
AzureFileVolumeSource
1 secretName text
2 shareName text
3 readOnly bool
CephFSPersistentVolumeSource
1 monitors [text]
2 path text
3 user text
4 secretFile text
5 secretRef SecretReference
6 readOnly bool
CephFSVolumeSource
1 monitors [text]
2 path text
3 user text
4 secretFile text
5 secretRef LocalObjectReference
6 readOnly bool
CinderPersistentVolumeSource
1 volumeID text
2 fsType text
3 readOnly bool
4 secretRef SecretReference
CinderVolumeSource
1 volumeID text
2 fsType text
3 readOnly bool
4 secretRef LocalObjectReference
ClusterTrustBundleProjection
1 name text*
2 signerName text*
3 labelSelector LabelSelector
5 optional bool*
4 path text
ConfigMapProjection
1 ~ LocalObjectReference
2 items [KeyToPath]
4 optional bool*
ConfigMapVolumeSource
1 ~ LocalObjectReference
2 items [KeyToPath]
3 defaultMode int* =420 min=0 max=511
4 optional bool*
CSIPersistentVolumeSource
1 driver text
2 volumeHandle text
3 readOnly bool
4 fsType text
5 volumeAttributes {text}
6 controllerPublishSecretRef SecretReference
7 nodeStageSecretRef SecretReference
8 nodePublishSecretRef SecretReference
9 controllerExpandSecretRef SecretReference
10 nodeExpandSecretRef SecretReference
CSIVolumeSource
1 driver text!
2 readOnly bool*
3 fsType text*
4 volumeAttributes {text}
5 nodePublishSecretRef LocalObjectReference
DownwardAPIProjection
1 items [DownwardAPIVolumeFile]
DownwardAPIVolumeFile
1 path text!
2 fieldRef ObjectFieldSelector
3 resourceFieldRef ResourceFieldSelector
4 mode int*
DownwardAPIVolumeSource
1 items [DownwardAPIVolumeFile]
2 defaultMode int* =420 min=0 max=511
EmptyDirVolumeSource
1 medium text
2 sizeLimit quantity
EphemeralVolumeSource
1 volumeClaimTemplate PersistentVolumeClaimTemplate
FCVolumeSource
1 targetWWNs [text]
2 lun int*
3 fsType text
4 readOnly bool
5 wwids [text]
FlexPersistentVolumeSource
1 driver text
2 fsType text
3 secretRef SecretReference
4 readOnly bool
5 options {text}
FlexVolumeSource
1 driver text
2 fsType text
3 secretRef LocalObjectReference
4 readOnly bool
5 options {text}
FlockerVolumeSource
1 datasetName text
2 datasetUUID text
GCEPersistentDiskVolumeSource
1 pdName text
2 fsType text
3 partition int
4 readOnly bool
GitRepoVolumeSource
1 repository text
2 revision text
3 directory text
GlusterfsPersistentVolumeSource
1 endpoints text
2 path text
3 readOnly bool
4 endpointsNamespace text*
GlusterfsVolumeSource
1 endpoints text
2 path text
3 readOnly bool
HostPathVolumeSource
1 path text!
2 type text* =""
ImageVolumeSource
1 reference text
2 pullPolicy text
ISCSIPersistentVolumeSource
1 targetPortal text
2 iqn text
3 lun int
4 iscsiInterface text ="default"
5 fsType text
6 readOnly bool
7 portals [text]
8 chapAuthDiscovery bool
11 chapAuthSession bool
10 secretRef SecretReference
12 initiatorName text*
ISCSIVolumeSource
1 targetPortal text
2 iqn text
3 lun int
4 iscsiInterface text ="default"
5 fsType text
6 readOnly bool
7 portals [text]
8 chapAuthDiscovery bool
11 chapAuthSession bool
10 secretRef LocalObjectReference
12 initiatorName text*
KeyToPath
1 key text!
2 path text!
3 mode int*
LocalVolumeSource
1 path text
2 fsType text*
ModifyVolumeStatus
1 targetVolumeAttributesClassName text
2 status text
NFSVolumeSource
1 server text!
2 path text!
3 readOnly bool
PersistentVolume : A piece of storage.
1 metadata ObjectMeta : Standard metadata of the object.
2 spec PersistentVolumeSpec : What is desired.
3 status PersistentVolumeStatus ={} : What was observed last.
PersistentVolumeClaim : A request for storage.
1 metadata ObjectMeta : Standard metadata of the object.
2 spec PersistentVolumeClaimSpec : What is desired.
3 status PersistentVolumeClaimStatus ={} : What was observed last.
PersistentVolumeClaimCondition
1 type text
2 status text
3 lastProbeTime time
4 lastTransitionTime time
5 reason text
6 message text
PersistentVolumeClaimSpec
1 accessModes [text] in=ReadWriteOnce|ReadOnlyMany|ReadWriteMany|ReadWriteOncePod : How it is used.
4 selector LabelSelector : Selects among existing volumes.
2 resources VolumeResourceRequirements : How much is needed.
3 volumeName text : The volume that it is bound to.
5 storageClassName text* : The StorageClass that makes the volume.
6 volumeMode text* ="Filesystem" in=Block|Filesystem : Filesystem or Block.
7 dataSource TypedLocalObjectReference
8 dataSourceRef TypedObjectReference
9 volumeAttributesClassName text*
PersistentVolumeClaimStatus
1 phase text
2 accessModes [text]
3 capacity {quantity}
4 conditions [PersistentVolumeClaimCondition] by=type
5 allocatedResources {quantity}
7 allocatedResourceStatuses {text}
8 currentVolumeAttributesClassName text*
9 modifyVolumeStatus ModifyVolumeStatus
PersistentVolumeClaimTemplate
1 metadata ObjectMeta
2 spec PersistentVolumeClaimSpec
PersistentVolumeClaimVolumeSource
1 claimName text!
2 readOnly bool
PersistentVolumeSource
1 gcePersistentDisk GCEPersistentDiskVolumeSource
2 awsElasticBlockStore AWSElasticBlockStoreVolumeSource
3 hostPath HostPathVolumeSource
4 glusterfs GlusterfsPersistentVolumeSource
5 nfs NFSVolumeSource
6 rbd RBDPersistentVolumeSource
7 iscsi ISCSIPersistentVolumeSource
8 cinder CinderPersistentVolumeSource
9 cephfs CephFSPersistentVolumeSource
10 fc FCVolumeSource
11 flocker FlockerVolumeSource
12 flexVolume FlexPersistentVolumeSource
13 azureFile AzureFilePersistentVolumeSource
14 vsphereVolume VsphereVirtualDiskVolumeSource
15 quobyte QuobyteVolumeSource
16 azureDisk AzureDiskVolumeSource
17 photonPersistentDisk PhotonPersistentDiskVolumeSource
18 portworxVolume PortworxVolumeSource
19 scaleIO ScaleIOPersistentVolumeSource
20 local LocalVolumeSource
21 storageos StorageOSPersistentVolumeSource
22 csi CSIPersistentVolumeSource
PersistentVolumeSpec
1 capacity {quantity}
2 ~ PersistentVolumeSource
3 accessModes [text] in=ReadWriteOnce|ReadOnlyMany|ReadWriteMany|ReadWriteOncePod
4 claimRef ObjectReference
5 persistentVolumeReclaimPolicy text ="Retain" in=Delete|Recycle|Retain
6 storageClassName text
7 mountOptions [text]
8 volumeMode text* ="Filesystem" in=Block|Filesystem
9 nodeAffinity VolumeNodeAffinity
10 volumeAttributesClassName text*
PersistentVolumeStatus
1 phase text
2 message text
3 reason text
4 lastPhaseTransitionTime time
PhotonPersistentDiskVolumeSource
1 pdID text
2 fsType text
PortworxVolumeSource
1 volumeID text
2 fsType text
3 readOnly bool
ProjectedVolumeSource
1 sources [VolumeProjection]
2 defaultMode int* =420 min=0 max=511
QuobyteVolumeSource
1 registry text
2 volume text
3 readOnly bool
4 user text
5 group text
6 tenant text
RBDPersistentVolumeSource
1 monitors [text]
2 image text
3 fsType text
4 pool text ="rbd"
5 user text ="admin"
6 keyring text ="/etc/ceph/keyring"
7 secretRef SecretReference
8 readOnly bool
RBDVolumeSource
1 monitors [text]
2 image text
3 fsType text
4 pool text ="rbd"
5 user text ="admin"
6 keyring text ="/etc/ceph/keyring"
7 secretRef LocalObjectReference
8 readOnly bool
ScaleIOPersistentVolumeSource
1 gateway text
2 system text
3 secretRef SecretReference
4 sslEnabled bool
5 protectionDomain text
6 storagePool text
7 storageMode text
8 volumeName text
9 fsType text
10 readOnly bool
ScaleIOVolumeSource
1 gateway text
2 system text
3 secretRef LocalObjectReference
4 sslEnabled bool
5 protectionDomain text
6 storagePool text
7 storageMode text
8 volumeName text
9 fsType text
10 readOnly bool
SecretProjection
1 ~ LocalObjectReference
2 items [KeyToPath]
4 optional bool*
SecretVolumeSource
1 secretName text
2 items [KeyToPath]
3 defaultMode int* =420 min=0 max=511
4 optional bool*
ServiceAccountTokenProjection
1 audience text
2 expirationSeconds long* =3600
3 path text!
StorageOSPersistentVolumeSource
1 volumeName text
2 volumeNamespace text
3 fsType text
4 readOnly bool
5 secretRef ObjectReference
StorageOSVolumeSource
1 volumeName text
2 volumeNamespace text
3 fsType text
4 readOnly bool
5 secretRef LocalObjectReference
Volume : A named volume of a pod.
1 name text! : Name, unique among the volumes of the pod.
2 ~ VolumeSource
VolumeNodeAffinity
1 required NodeSelector
VolumeProjection
1 secret SecretProjection
2 downwardAPI DownwardAPIProjection
3 configMap ConfigMapProjection
4 serviceAccountToken ServiceAccountTokenProjection
5 clusterTrustBundle ClusterTrustBundleProjection
VolumeResourceRequirements
1 limits {quantity}
2 requests {quantity}
VolumeSource : Where a volume comes from: one of these.
1 hostPath HostPathVolumeSource : A file or directory of the node.
2 emptyDir EmptyDirVolumeSource : A directory that lives as long as the pod.
3 gcePersistentDisk GCEPersistentDiskVolumeSource
4 awsElasticBlockStore AWSElasticBlockStoreVolumeSource
5 gitRepo GitRepoVolumeSource
6 secret SecretVolumeSource : The data of a Secret.
7 nfs NFSVolumeSource : A directory of a file server.
8 iscsi ISCSIVolumeSource
9 glusterfs GlusterfsVolumeSource
10 persistentVolumeClaim PersistentVolumeClaimVolumeSource : The volume that a claim is bound to.
11 rbd RBDVolumeSource
12 flexVolume FlexVolumeSource
13 cinder CinderVolumeSource
14 cephfs CephFSVolumeSource
15 flocker FlockerVolumeSource
16 downwardAPI DownwardAPIVolumeSource : Fields of the pod as files.
17 fc FCVolumeSource
18 azureFile AzureFileVolumeSource
19 configMap ConfigMapVolumeSource : The data of a ConfigMap.
20 vsphereVolume VsphereVirtualDiskVolumeSource
21 quobyte QuobyteVolumeSource
22 azureDisk AzureDiskVolumeSource
23 photonPersistentDisk PhotonPersistentDiskVolumeSource
26 projected ProjectedVolumeSource : Several sources in one directory.
24 portworxVolume PortworxVolumeSource
25 scaleIO ScaleIOVolumeSource
27 storageos StorageOSVolumeSource
28 csi CSIVolumeSource : A volume of a storage driver.
29 ephemeral EphemeralVolumeSource : A claim that lives as long as the pod.
30 image ImageVolumeSource : The content of an image.
VsphereVirtualDiskVolumeSource
1 volumePath text
2 fsType text
3 storagePolicyName text
4 storagePolicyID text
)types";

}  // namespace kyma::apiserver::type_text
