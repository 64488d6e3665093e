using System.ComponentModel.DataAnnotations;

namespace EdgeDePin.Node;

/// <summary>Who a node is and where it keeps its things. Section <c>Node</c> of the configuration.</summary>
public sealed class NodeOptions
{
    /// <summary>The site that the node belongs to; tag <c>site</c> of everything it stores. Default <c>home</c>.</summary>
    [Required, RegularExpression("[A-Za-z0-9._-]{1,64}")]
    public string Site { get; set; } = "home";

    /// <summary>The node's name for people; tag <c>node</c> of everything it stores. Default <c>node-1</c>.</summary>
    [Required, RegularExpression("[A-Za-z0-9._-]{1,64}")]
    public string Name { get; set; } = "node-1";

    /// <summary>Folder of the store and of the node's key. Default <c>data</c> below the working folder.</summary>
    [Required]
    public string DataFolder { get; set; } = "data";

    /// <summary>Height of the barometer above mean sea level, in metres. Default 0; −500 to 9,000.</summary>
    [Range(-500, 9_000)]
    public double AltitudeMetres { get; set; }

    /// <summary>Where the node stands, in degrees, north is positive: the half of the earth decides the season of a forecast by pressure. Default unknown; -90 to 90.</summary>
    [Range(-90, 90)]
    public double? Latitude { get; set; }
}
