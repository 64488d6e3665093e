using EdgeDePin.Node;
using EdgeDePin.Node.Clocks;
using EdgeDePin.Sensors.Buses;
using Microsoft.Extensions.Logging;

// Reads the sensors of a device and hands their readings to its hub. Nothing else runs here.
return await ModuleProcess.RunAsync(args, HubOutputs.SensorModule, ["Sensing"], Check, async module =>
{
    NodeOptions node = NodeSections.Node(module.Configuration);
    SensingOptions sensing = NodeSections.Sensing(module.Configuration);

    using OpenSensors sensors = OpenSensors.Of(sensing, SensorBuses.Linux, module.Time);
    ILogger log = module.Logs.CreateLogger(node.Name);
    var side = new Sensing(node, sensors.Scheduled, module.Client, module.Time, log, DeviceTime.Boot, sensing.Neighbours);
    (module.Methods.Counters, module.Methods.ReadNow, module.Methods.Flush) = (side.Count, side.ReadNowAsync, side.FlushAsync);
    module.Running(log, node);
    await side.RunAsync(module.Stopping);
});

static void Check(ModuleContext module)
{
    NodeSections.Node(module.Configuration);
    OpenSensors.Check(NodeSections.Sensing(module.Configuration));
}
