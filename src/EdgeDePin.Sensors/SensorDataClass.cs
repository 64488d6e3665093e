namespace EdgeDePin.Sensors;

/// <summary>Who may see what a sensor measures, beside those whom its owner gives the store: the classes of shared data.</summary>
public enum SensorDataClass
{
    /// <summary>Nobody: it never leaves this node, and is not compared with other nodes.</summary>
    LocalOnly,

    /// <summary>Nodes of the same owner.</summary>
    Owner,

    /// <summary>Members with a certificate of the same site.</summary>
    Site,

    /// <summary>Anybody.</summary>
    Public,
}
