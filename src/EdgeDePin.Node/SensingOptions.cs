using EdgeDePin.Sensors;
using Microsoft.Extensions.Options;

namespace EdgeDePin.Node;

/// <summary>The sensors of a node. Section <c>Sensing</c> of the configuration.</summary>
public sealed class SensingOptions
{
    /// <summary>One entry for each sensor; at least one.</summary>
    [ValidateEnumeratedItems]
    public IList<SensorOptions> Sensors { get; set; } = [];

    /// <summary>I2C buses that can be freed by clocking when a chip holds them, at most one entry for each. Default none.</summary>
    [ValidateEnumeratedItems]
    public IList<BusOptions> Buses { get; set; } = [];

    /// <summary>How sensors whose data others may see are compared with other nodes of the site.</summary>
    [ValidateObjectMembers]
    public NeighbourCheckOptions Neighbours { get; set; } = new();
}
