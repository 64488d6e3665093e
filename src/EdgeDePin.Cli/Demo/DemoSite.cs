using EdgeDePin.Node.Clocks;
using EdgeDePin.Sharing.Identity;

namespace EdgeDePin.Cli.Demo;

/// <summary>The site of a demo: its root admits each node, as <c>edgedepin site</c> does for real ones.</summary>
internal static class DemoSite
{
    public const string Name = "demo";

    // A demo may be left running; nobody is there to renew.
    private static readonly TimeSpan Valid = TimeSpan.FromDays(366);

    /// <summary>Gives a node its papers.</summary>
    public static void Admit(DemoFolder folder, string nodeFolder, NodeIdentity node)
    {
        string place = folder.Of("site");
        using NodeIdentity root = File.Exists(Path.Combine(place, "site")) ? NodeIdentity.LoadKey(place, create: false) : SiteFolder.Create(place, Name);
        DateTimeOffset now = DeviceTime.Here.GetUtcNow();
        var certificate = new Certificate(
            node.PublicKey, "demo", root.NodeId, "", MemberRoles.Worker | MemberRoles.Requester, now, now + Valid);
        byte[] bytes = certificate.Seal(root, Name);
        SiteFolder.Keep(place, node.NodeId, bytes);
        SiteFolder.Hand(nodeFolder, [root.PublicKey], bytes, []);
    }
}
