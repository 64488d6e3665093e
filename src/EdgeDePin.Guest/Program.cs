using EdgeDePin.Sandbox.Guests;

// One foreign task at a time, in a process that may be killed. Started by a node or by 'edgedepin task run', never by hand.
return GuestProgram.Run(args);
