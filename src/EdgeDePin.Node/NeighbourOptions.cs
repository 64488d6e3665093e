using EdgeDePin.Sharing;
using EdgeDePin.Sharing.Identity;
using EdgeDePin.Sharing.Ledger;
using EdgeDePin.Sharing.Mqtt;

namespace EdgeDePin.Node;

/// <summary>As whom, how and where a node meets its neighbours.</summary>
public sealed class NeighbourOptions : IDisposable
{
    /// <summary>Clocks of boards without a battery are set by the network; an hour is what they may be off meanwhile.</summary>
    public static readonly TimeSpan ClockLeeway = TimeSpan.FromHours(1);

    /// <param name="dataFolder">Holds the node's key, its site's papers and its receipt log.</param>
    /// <exception cref="IOException">The receipt log cannot be opened.</exception>
    /// <exception cref="InvalidDataException">The receipt log or the list of roots is damaged; the message names the place.</exception>
    public NeighbourOptions(SharingOptions sharing, NodeIdentity identity, MqttLinkOptions broker, string dataFolder)
    {
        (Sharing, Identity, Broker, DataFolder) = (sharing, identity, broker, dataFolder);
        (Membership, Chain) = SiteFolder.Papers(dataFolder, sharing.Site, ClockLeeway);
        Receipts = ReceiptFile.Open(Path.Combine(dataFolder, "ledger", "receipts"));
    }

    public SharingOptions Sharing { get; }

    public NodeIdentity Identity { get; }

    public MqttLinkOptions Broker { get; }

    public string DataFolder { get; }

    /// <summary>Whom the node takes for a member.</summary>
    public Membership Membership { get; }

    /// <summary>Its own certificates.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Chain { get; }

    public ReceiptFile Receipts { get; }

    /// <summary>The neighbours of a node's site, met at a broker; null when no broker is configured.</summary>
    /// <exception cref="FormatException">A setting of the broker is wrong, or a file of it cannot be used; the message names it.</exception>
    /// <exception cref="IOException">The node's key cannot be read or made in its data folder; the message names file and remedy.</exception>
    public static NeighbourOptions? At(BrokerOptions broker, NodeOptions node, TimeProvider time)
    {
        if (broker.Link() is not { } link)
        {
            return null;
        }

        Directory.CreateDirectory(node.DataFolder);
        return new NeighbourOptions(
            new SharingOptions { Site = node.Site, Name = node.Name },
            NodeIdentity.LoadOrCreate(node.DataFolder, time),
            link,
            node.DataFolder);
    }

    public void Dispose()
    {
        Receipts.Dispose();
        Identity.Dispose();
    }
}
